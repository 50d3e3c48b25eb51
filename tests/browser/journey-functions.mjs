// Who comes by a function's link lands on that function, whichever the way in (C2, C5).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, confirmWithMitid, fill, headed, isLoggedIn, link, logInWithCode, logInWithMitid, logOut, says } from './pages.mjs';
import { nancy, registrationOf } from './persons.mjs';

const entry = `/${clinics.automatic}/e-konsultation`;

export async function journey(demo) {
  const page = await demo.visitor();
  await page.goto(entry);
  await says(page, 'Her skriver du spørgsmål til lægen');
  assert.equal(await page.locator('main').getByRole('link', { name: '00 10 20 30' }).first().getAttribute('href'), 'tel:00102030');
  await link(page, 'Opret ny bruger').click();
  await fill(page, registrationOf(nancy));
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, nancy);
  await landed(page);

  await page.goto(entry);
  await logInWithMitid(page, nancy);
  await landed(page);

  await page.goto(entry);
  await logInWithCode(page, nancy);
  await landed(page);

  // A function that the clinic does not offer: the phone, and login leads to the start page.
  await page.goto(`/${clinics.off}/e-konsultation`);
  await says(page, 'Klinikken har ikke denne funktion');
}

async function landed(page) {
  await headed(page, 'E-konsultation');
  assert.equal(new URL(page.url()).pathname, entry);
  await isLoggedIn(page, nancy);
  await logOut(page);
}
