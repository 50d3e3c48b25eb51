// A user of one clinic joins another by `Registrer`, and lands on the function asked for (J1, C7). Runs on a server of
// its own, with two clinics that are joined at once.

import assert from 'node:assert/strict';

import { barriers, fitsItsWidth } from './checks.mjs';
import { button, headed, isLoggedIn, link, logInWithMitid, logOut, register, says } from './pages.mjs';
import { max } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor();
  await register(page, 'clinea', max);
  await logOut(page);

  await page.goto('/havnegade/tidsbestilling');
  await logInWithMitid(page, max);
  await headed(page, 'Bliv bruger hos Lægerne Havnegade');
  assert.deepEqual(await barriers('join', page), []);
  await fitsItsWidth('join', page);
  await button(page, 'Registrer').click();
  await headed(page, 'Bestil tid');
  assert.equal(new URL(page.url()).pathname, '/havnegade/tidsbestilling');
  await isLoggedIn(page, max);

  await page.goto('/');
  await headed(page, 'Dine klinikker');
  await link(page, 'Clinea Lægeklinik').click();
  await headed(page, 'Clinea Lægeklinik');
  await link(page, 'Skift klinik').click();
  await link(page, 'Lægerne Havnegade').click();
  await headed(page, 'Lægerne Havnegade');
  await page.goto('/havnegade/registrer');
  await says(page, 'Vælg, hvad du vil.');
}
