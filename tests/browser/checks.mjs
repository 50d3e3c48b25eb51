// What every page must stand: accessible in light and dark, a strict policy, no scrolling sideways.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds on the page, in light and wide, in dark and narrow. */
export async function barriers(name, page) {
  await page.waitForLoadState('load');
  await page.evaluate(axe);
  const found = [];
  for (const [colorScheme, width] of [['dark', 390], ['light', 1280]]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    const { violations } = await page.evaluate((options) => globalThis.axe.run(options), RULES);
    for (const { id, nodes } of violations) {
      for (const node of nodes) found.push(`${name}, ${colorScheme}: ${id}: ${node.target}: ${node.failureSummary}`);
    }
  }
  return found;
}

/** What is wrong with an answer's headers: the policy allows nothing inline, and nobody keeps a copy. */
export function flawsOfHeaders(headers) {
  const policy = headers['content-security-policy'] ?? '';
  const wanted = [
    [/default-src 'none'/.test(policy), `policy without default-src 'none': ${policy}`],
    [/frame-ancestors 'none'/.test(policy), `policy without frame-ancestors 'none': ${policy}`],
    [!/unsafe-|\*|data:/.test(policy), `loose policy: ${policy}`],
    [headers['cache-control'] === 'no-store', `cache-control: ${headers['cache-control']}`],
    [headers['x-content-type-options'] === 'nosniff', 'no nosniff'],
  ];
  return wanted.filter(([holds]) => !holds).map(([, flaw]) => flaw);
}

/** Nothing is wider than the window, nor than what it stands in. */
export async function fitsItsWidth(name, page) {
  await page.waitForLoadState('load');
  await page.waitForLoadState('load');
  const wide = await page.evaluate(() => {
    const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    return [document.documentElement, ...[...document.querySelectorAll('body *')].filter(scrolls)]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => `${element.tagName}.${element.className}: ${element.scrollWidth} > ${element.clientWidth} px`);
  });
  assert.deepEqual(wide, [], name);
}

/** Every rule that WCAG 2.2 AA rests on, also the one that is off by default, and the best practices. */
const RULES = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'],
  rules: { 'target-size': { enabled: true } },
};
