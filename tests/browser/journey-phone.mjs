// At home on a phone: nothing scrolls sideways on any page, at 390 and at 320 px (C6).

import { fitsItsWidth } from './checks.mjs';
import { tour } from './tour.mjs';

export async function journey(demo) {
  const page = await demo.visitor({ width: 390 });
  await tour(page, async (name, page) => {
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await fitsItsWidth(`${name} at ${width} px`, page);
    }
  });
}
