// Without JavaScript: registration, code login and the hiding of the CPR number (C6, L4, A3).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, field, fill, headed, isLoggedIn, link, logInWithCode, logOut, register, says } from './pages.mjs';
import { kirsten } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor({ script: false });
  await hides(page);
  await register(page, clinics.automatic, kirsten);
  await says(page, 'Du logges ud kl.');
  await logOut(page);
  await page.goto(`/${clinics.automatic}`);
  await logInWithCode(page, kirsten);
  await isLoggedIn(page, kirsten);
  await logOut(page);
}

async function hides(page) {
  await page.goto(`/${clinics.automatic}`);
  const number = field(page, 'CPR-nummer');
  await number.fill('2911829996');
  await field(page, 'Skjul CPR-nummer').check();
  await button(page, 'Skjul eller vis nu').click();
  assert.equal(await number.getAttribute('type'), 'password', 'no digit is shown');
  assert.equal(await number.inputValue(), kirsten.cpr, 'the redrawn page puts the hyphen in');
  assert.ok(await field(page, 'Skjul CPR-nummer').isChecked());

  // The choice survives an error page.
  await field(page, 'Adgangskode').fill('Forkert 1');
  await button(page, 'Log ind').click();
  await says(page, 'passer ikke sammen');
  assert.equal(await number.getAttribute('type'), 'password');
  await field(page, 'Skjul CPR-nummer').uncheck();
  await button(page, 'Skjul eller vis nu').click();
  assert.equal(await number.getAttribute('type'), 'text');

  // On the registration form it keeps what else was typed.
  await link(page, 'Opret ny bruger').click();
  await headed(page, 'Opret ny bruger');
  await fill(page, { 'CPR-nummer': kirsten.cpr, Fornavn: 'Kirsten' });
  await field(page, 'Skjul CPR-nummer').check();
  await button(page, 'Skjul eller vis nu').click();
  assert.equal(await number.getAttribute('type'), 'password');
  assert.equal(await field(page, 'Fornavn').inputValue(), 'Kirsten');
  // Enter in a field sends the form, not the redrawing.
  await field(page, 'Fornavn').press('Enter');
  await says(page, 'Noget mangler eller passer ikke');
}
