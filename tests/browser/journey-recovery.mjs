// A forgotten password: the link of the mail, a new password, a login with it (F1).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, fill, headed, link, linkFromMail, logInWithCode, logOut, readMail, register, says, submitPassword } from './pages.mjs';
import { max } from './persons.mjs';

const renewed = 'Grøn sejlbåd 31';

export async function journey(demo) {
  const page = await demo.visitor();
  await register(page, clinics.automatic, max);
  await logOut(page);
  // An address counts as proved when a code sent to it was typed.
  await page.goto(`/${clinics.automatic}`);
  await logInWithCode(page, max);
  const other = await demo.visitor();
  await forget(other);
  const reset = await linkFromMail(other, max);

  await other.goto(reset);
  assert.ok(!other.url().includes(reset.split('/').at(-1)), 'the token has left the address');
  await fill(other, { Adgangskode: renewed, 'Bekræft adgangskode': renewed });
  await button(other, 'Gem adgangskode').click();
  await headed(other, 'Adgangskoden er ændret');
  assert.equal(await button(other, 'Log ud').count(), 0, 'a new password opens no session');
  await readMail(other, max, 'Din adgangskode er ændret');

  // All sessions have ended.
  await page.goto(`/${clinics.automatic}/start`);
  await page.getByRole('heading', { name: 'Log ind med MitID' }).waitFor();

  await other.goto(reset);
  await headed(other, 'Linket gælder ikke længere');
  await other.goto(`/${clinics.automatic}`);
  await submitPassword(other, max);
  await says(other, 'passer ikke sammen');
  await submitPassword(other, max, renewed);
  // The next code may be sent a minute after the last.
  await headed(other, 'Skriv sikkerhedskoden');
}

async function forget(page) {
  await page.goto(`/${clinics.automatic}`);
  await link(page, 'Glemt adgangskode?').click();
  await fill(page, { 'CPR-nummer': max.cpr, 'E-mail': max.email });
  await button(page, 'Nulstil adgangskode').click();
  await headed(page, 'Se efter i din e-mail');
}
