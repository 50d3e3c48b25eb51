// A function that demands MitID: whoever came in by code is asked to step up, another person's MitID changes nothing, and
// their own leads back to the function (P2).

import assert from 'node:assert/strict';

import { barriers, fitsItsWidth } from './checks.mjs';
import { clinics } from './demo.mjs';
import { button, confirmWithMitid, fillRegistration, headed, isLoggedIn, logInWithCode, logOut, readMail } from './pages.mjs';
import { says } from './pages.mjs';
import { kirsten, max } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor({ width: 390 });
  await isLetIn(page, await demo.visitor());
  await logOut(page);
  await page.goto(`/${clinics.approval}/receptfornyelse`);
  await logInWithCode(page, kirsten);
  await asksForMitid(page);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, max);
  await isLoggedIn(page, kirsten);
  await asksForMitid(page);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Forny recepter');
  assert.equal(new URL(page.url()).pathname, `/${clinics.approval}/receptfornyelse`);
}

async function isLetIn(page, desk) {
  await fillRegistration(page, clinics.approval, kirsten);
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Din anmodning venter på klinikken');
  await desk.goto(`/demo/klinik/${clinics.approval}`);
  const card = desk.getByRole('article').filter({ hasText: kirsten.name });
  await card.getByRole('button', { name: 'Godkend' }).click();
  await readMail(page, kirsten, 'Din anmodning er godkendt');
}

async function asksForMitid(page) {
  await says(page, 'Klinikken kræver MitID');
  assert.deepEqual(await barriers('step-up', page), []);
  await fitsItsWidth('step-up', page);
}
