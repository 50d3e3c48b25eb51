// Users whom the clinic creates: one with MitID and one without get in by their activation links, another is activated by
// MitID alone (R7, A10, L8). Somebody plays the clinic's desk in another window.

import assert from 'node:assert/strict';

import { barriers, fitsItsWidth } from './checks.mjs';
import { clinics } from './demo.mjs';
import { button, codeFromMail, confirmWithMitid, field, fill, headed, isLoggedIn } from './pages.mjs';
import { link, linkFromMail, logOut, readMail, says, submitCode, submitPassword } from './pages.mjs';
import { kirsten, max, nancy } from './persons.mjs';

const CLINIC = 'Lægehuset Havnely';

export async function journey(demo) {
  const desk = await demo.visitor();
  await front(await demo.visitor());
  await byLinkAndMitid(await demo.visitor(), desk);
  await byLinkWithoutMitid(await demo.visitor({ script: false }), desk);
  await byMitidAlone(await demo.visitor({ width: 390 }), desk);
}

/** The front page of a clinic where one can register says that the clinic may do it. */
async function front(page) {
  await page.goto(`/${clinics.automatic}`);
  await says(page, 'Klinikken kan i særlige tilfælde oprette dig.');
}

async function byLinkAndMitid(page, desk) {
  await createAtDesk(desk, nancy);
  const activation = await linkFromMail(page, nancy, 'Aktivér din bruger');
  await page.goto(activation);
  assert.ok(!page.url().includes(activation.split('/').at(-1)), 'the token has left the address');
  await headed(page, 'Aktivér din bruger');
  await looksGood('activation', page);
  for (const secret of [nancy.name, nancy.email, CLINIC]) assert.equal(await page.getByText(secret).count(), 0, secret);

  await fill(page, { 'CPR-nummer': max.cpr.replace('-', ''), Adgangskode: nancy.password, 'Bekræft adgangskode': nancy.password });
  assert.equal(await field(page, 'CPR-nummer').inputValue(), max.cpr, 'the hyphen is put in');
  await button(page, 'Aktivér bruger').click();
  await says(page, 'CPR-nummeret passer ikke til linket.');
  await looksGood('activation with another number', page);
  assert.equal(await field(page, 'Adgangskode').inputValue(), '');
  await activate(page, nancy);
  await looksGood('activated', page);
  await page.goto(activation);
  await headed(page, 'Linket gælder ikke længere');

  await page.goto(`/${clinics.off}`);
  await logInWithCode(page, nancy);
  await headed(page, 'Bekræft, hvem du er');
  await looksGood('confirm identity', page);
  await page.goto(`/${clinics.off}/start`);
  await headed(page, 'Bekræft, hvem du er');
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, max);
  await says(page, 'MitID bekræftede en anden person end den, der er logget ind');
  await headed(page, 'Bekræft, hvem du er');
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, nancy);
  await headed(page, CLINIC);
  await isLoggedIn(page, nancy);
  await logOut(page);

  await page.goto(`/${clinics.off}`);
  await logInWithCode(page, nancy);
  await headed(page, CLINIC);
}

/** Somebody who cannot use MitID, without scripts. */
async function byLinkWithoutMitid(page, desk) {
  await createAtDesk(desk, max, { exempt: true });
  await page.goto(await linkFromMail(page, max, 'Aktivér din bruger'));
  await activate(page, max);
  await link(page, 'Log ind').click();
  await logInWithCode(page, max);
  await headed(page, CLINIC);

  await (await atDesk(desk, max)).getByRole('button', { name: 'Kan bruge MitID nu' }).click();
  await readMail(page, max, 'Log ind med MitID fra nu af');
  await page.reload();
  await headed(page, 'Bekræft, hvem du er');
  await (await atDesk(desk, max)).getByRole('button', { name: 'Kan ikke bruge MitID' }).click();
  await (await atDesk(desk, max)).getByText('kan ikke bruge MitID').waitFor();
  await page.goto(`/${clinics.off}/start`);
  await headed(page, CLINIC);
}

/** On a phone: the link is opened and left, MitID activates, and the password is chosen at once. */
async function byMitidAlone(page, desk) {
  await createAtDesk(desk, kirsten);
  const activation = await linkFromMail(page, kirsten, 'Aktivér din bruger');
  await page.goto(activation);
  await looksGood('activation on a phone', page);
  await page.goto(`/${clinics.off}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Vælg en adgangskode');
  await looksGood('choose a password', page);
  await button(page, 'Gem adgangskode').click();
  await says(page, 'Noget mangler eller passer ikke');
  await fill(page, { Adgangskode: kirsten.password, 'Bekræft adgangskode': kirsten.password });
  await button(page, 'Gem adgangskode').click();
  await headed(page, CLINIC);
  await page.goto(activation);
  await headed(page, 'Linket gælder ikke længere');
}

async function createAtDesk(desk, person, { exempt = false } = {}) {
  await desk.goto(`/demo/klinik/${clinics.off}`);
  const form = desk.locator('form').filter({ has: desk.getByLabel(/^Fornavn/) });
  await form.getByLabel(/^CPR-nummer/).fill(person.cpr);
  await form.getByLabel(/^Fornavn/).fill(person.firstName);
  await form.getByLabel(/^Efternavn/).fill(person.lastName);
  await form.getByLabel(/^E-mail/).fill(person.email);
  if (exempt) await form.getByLabel('Kan ikke bruge MitID').check();
  await form.getByRole('button', { name: 'Opret bruger' }).click();
  await cardOf(desk, person).getByText('ikke aktiveret').waitFor();
  await looksGood('desk with a new user', desk);
}

async function atDesk(desk, person) {
  await desk.goto(`/demo/klinik/${clinics.off}`);
  return cardOf(desk, person);
}

const cardOf = (desk, person) => desk.getByRole('article').filter({ hasText: person.name });

async function activate(page, person) {
  await fill(page, { 'CPR-nummer': person.cpr, Adgangskode: person.password, 'Bekræft adgangskode': person.password });
  await button(page, 'Aktivér bruger').click();
  await headed(page, 'Din bruger er aktiveret');
  assert.equal(await button(page, 'Log ud').count(), 0, 'it opens no session');
}

async function logInWithCode(page, person) {
  await submitPassword(page, person);
  await headed(page, 'Skriv sikkerhedskoden');
  await submitCode(page, await codeFromMail(page, person));
  await isLoggedIn(page, person);
}

async function looksGood(name, page) {
  assert.deepEqual(await barriers(name, page), []);
  await fitsItsWidth(name, page);
}
