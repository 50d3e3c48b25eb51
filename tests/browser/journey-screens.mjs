// Pictures of every page, at 1280 and 390 px, and of the front page in the dark, into the folder $SCREENS. Start the
// demonstration in an empty folder (`cargo run`); then, with the two addresses that it prints:
// `SCREENS=docs/screens node target/test-tools/tests/browser/run.mjs screens PORTAL SIMULATOR`

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import UPNG from 'upng-js';

import { tour } from './tour.mjs';

export async function journey(demo) {
  const folder = process.env.SCREENS;
  if (!folder) throw new Error('SCREENS names no folder for the pictures');
  mkdirSync(folder, { recursive: true });
  const take = async (page, name) => {
    writeFileSync(join(folder, `${name}.png`), small(await page.screenshot({ fullPage: true })));
  };
  await tour(await demo.visitor(), async (name, page) => {
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
      await take(page, `${name}-${width}`);
      if (name !== 'front') continue;
      await page.emulateMedia({ colorScheme: 'dark' });
      await take(page, `${name}-dark-${width}`);
      await page.emulateMedia({ colorScheme: 'light' });
    }
  });
}

/** A third of the size, for a repository: our pages have few colours. */
function small(picture) {
  const { width, height, ...rest } = UPNG.decode(picture);
  const [pixels] = UPNG.toRGBA8({ width, height, ...rest });
  return Buffer.from(UPNG.encode([pixels], width, height, COLOURS));
}

const COLOURS = 48;
