// The end of a session (L10): the page offers to stay, is cleared and left when the time is over, and what stood typed comes
// back after the login; without script a form that is sent too late does. Somebody else who logs in sees none of it.

import assert from 'node:assert/strict';

import { barriers, fitsItsWidth } from './checks.mjs';
import { clinics } from './demo.mjs';
import { button, field, fill, headed, isLoggedIn, link, logInWithCode, readMail, register, says } from './pages.mjs';
import { kirsten, max, nancy } from './persons.mjs';

const FORM = `/${clinics.automatic}/ret-mobil`;

export async function journey(demo) {
  const desk = await demo.visitor();
  const page = await demo.visitor({ width: 390 });
  await register(await demo.visitor(), clinics.automatic, max);
  await page.clock.install();
  await register(page, clinics.automatic, nancy);
  await readMail(page, nancy, 'Din bruger er oprettet');
  await staysWithWhatIsTyped(page);
  await isClearedAndComesBack(page, desk);
  await isToldInEnglish(page);
  await anotherTabGivesWay(page);
  await comesBackWithoutScript(await demo.visitor({ script: false }), desk);
}

async function staysWithWhatIsTyped(page) {
  await page.goto(FORM);
  await fill(page, { Mobil: '20 12 34 56' });
  await page.clock.fastForward('17:00');
  assert.equal(await bar(page).isVisible(), false);
  await page.clock.fastForward('01:30');
  await page.getByRole('alert').filter({ hasText: 'Vil du blive?' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'mobil', 'the focus stays where it is');
  await looksGood('offer to stay', page);
  const ends = await page.locator('.until').innerText();
  const answer = page.waitForResponse((response) => response.url().endsWith('/bliv'));
  await button(page, 'Bliv logget ind').click();
  assert.equal((await answer).status(), 204);
  await bar(page).waitFor({ state: 'hidden' });
  assert.notEqual(await page.locator('.until').innerText(), ends);
  await page.clock.fastForward('18:30');
  await bar(page).waitFor();
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'hidden' });
  assert.equal(await field(page, 'Mobil').inputValue(), '20 12 34 56');
}

async function isClearedAndComesBack(page, desk) {
  await putForward(desk);
  await page.clock.fastForward('04:00');
  await headed(page, 'Du er blevet logget ud');
  await says(page, 'Det, du skrev, er gemt');
  assert.doesNotMatch(await page.locator('body').innerText(), /Nancy|20 12 34 56/);
  await looksGood('session over', page);
  await link(page, 'Log ind igen').click();
  await logInWithCode(page, nancy);
  await headed(page, 'Vil du have det, du skrev, tilbage?');
  await looksGood('what was typed is offered', page);
  await button(page, 'Vis det, jeg skrev').click();
  await says(page, 'Her er det, du skrev');
  assert.equal(await field(page, 'Mobil').inputValue(), '20 12 34 56');
  await looksGood('what was typed is back', page);
  await button(page, 'Gem').click();
  await says(page, 'Dit mobilnummer er gemt');
}

async function isToldInEnglish(page) {
  await button(page, 'English').click();
  await headed(page, 'Your page');
  await page.clock.fastForward('18:30');
  await page.getByRole('alert').filter({ hasText: 'Do you want to stay?' }).waitFor();
  await looksGood('offer to stay in English', page);
  await button(page, 'Close this message').click();
  await bar(page).waitFor({ state: 'hidden' });
  await button(page, 'Dansk').click();
  await headed(page, 'Din side');
}

/** Somebody else logs in beside: the page that is open goes, and what stood typed on it is its owner's alone. */
async function anotherTabGivesWay(page) {
  await page.goto(FORM);
  await fill(page, { Mobil: '30 12 34 56' });
  const other = await page.context().newPage();
  await other.goto(`/${clinics.automatic}?besked=prove-again`);
  await logInWithCode(other, max);
  await headed(page, 'Du er blevet logget ud');
  await says(page, 'Det, du skrev, er gemt');
  await other.goto(`/${clinics.automatic}/start`);
  await isLoggedIn(other, max);
  assert.equal(await link(other, 'Se det').count(), 0);
  await button(other, 'Log ud').click();
  await other.close();
  await page.goto(`/${clinics.automatic}`);
  await logInWithCode(page, nancy);
  await headed(page, 'Vil du have det, du skrev, tilbage?');
  await button(page, 'Slet det').click();
  await headed(page, 'Clinea Lægeklinik');
}

async function comesBackWithoutScript(page, desk) {
  await register(page, clinics.automatic, kirsten);
  await page.goto(FORM);
  await says(page, 'Du logges ud kl.');
  assert.equal(await bar(page).isVisible(), false);
  await putForward(desk);
  await fill(page, { Mobil: '20 12 34 56' });
  await button(page, 'Gem').click();
  await says(page, 'Det, du skrev, er gemt');
  await logInWithCode(page, kirsten);
  await button(page, 'Vis det, jeg skrev').click();
  await says(page, 'Her er det, du skrev');
  await button(page, 'Gem').click();
  await says(page, 'Dit mobilnummer er gemt');
}

const bar = (page) => page.locator('#stay');

async function putForward(desk) {
  await desk.goto('/demo/ur');
  await desk.getByRole('button', { name: '22 minutter frem' }).click();
  await desk.getByText('Demonstrationen tror').waitFor();
}

async function looksGood(name, page) {
  const size = page.viewportSize();
  if (process.env.SHOTS) {
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      await page.screenshot({ path: `${process.env.SHOTS}/${name} ${width}.png` });
    }
  }
  assert.deepEqual(await barriers(name, page), []);
  await fitsItsWidth(name, page);
  await page.setViewportSize(size);
}
