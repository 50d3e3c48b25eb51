// axe-core finds nothing on any page, in light and in dark (C6).

import { barriers } from './checks.mjs';
import { tour } from './tour.mjs';

export async function journey(demo) {
  const found = [];
  await tour(await demo.visitor(), async (name, page) => found.push(...(await barriers(name, page))));
  if (found.length > 0) throw new Error(`axe-core found:\n${found.join('\n')}`);
}
