// A clinic that approves: the patient asks, withdraws and asks again; the desk says yes without one function, closes and
// opens again, or says no with its own words (R4, R8, A9, P1, C8). Somebody plays the desk in another window.

import assert from 'node:assert/strict';

import { barriers, fitsItsWidth } from './checks.mjs';
import { clinics } from './demo.mjs';
import { button, confirmWithMitid, fillRegistration, headed, isLoggedIn } from './pages.mjs';
import { link, linkFromMail, readMail, register, says } from './pages.mjs';
import { kirsten, max, nancy } from './persons.mjs';

const CLINIC = 'Lægerne i Skovby';

export async function journey(demo) {
  const desk = await demo.visitor();
  const page = await demo.visitor();
  await message(page);
  await asks(page);
  await takesItBackAndAsksAgain(page);
  await isApproved(page, desk);
  await isClosedForNow(page, desk);
  await isRefused(await demo.visitor(), desk);
  await asksByRegistrer(await demo.visitor());
}

/** The clinic's message stands on the front page and the entry of what it closes, in both languages. */
async function message(page) {
  for (const address of [`/${clinics.approval}`, `/${clinics.approval}/e-konsultation`]) {
    await page.goto(address);
    await says(page, 'Vi har fået mange beskeder');
    await says(page, 'Lukket imens: Skriv til os.');
  }
  await says(page, 'Skriv til os er lukket for nu.');
  await looksGood('closed entry', page);
  await button(page, 'English').click();
  await says(page, 'We have had many messages');
  await button(page, 'Dansk').click();
}

async function asks(page) {
  await page.goto(`/${clinics.approval}/opret`);
  await says(page, 'Klinikken godkender nye brugere.');
  await fillRegistration(page, clinics.approval, nancy);
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, nancy);
  await headed(page, 'Din anmodning venter på klinikken');
  await isLoggedIn(page, nancy);
  await says(page, 'Din bruger er oprettet');
  await readMail(page, nancy, 'Din anmodning er sendt');
  await looksGood('waiting', page);
  await page.goto('/');
  await page.getByRole('link', { name: `${CLINIC} Venter på klinikken` }).click();
  await headed(page, 'Din anmodning venter på klinikken');
}

async function takesItBackAndAsksAgain(page) {
  await button(page, 'Træk anmodningen tilbage').click();
  await headed(page, `Bliv bruger hos ${CLINIC}`);
  await says(page, 'Anmodningen er trukket tilbage');
  await readMail(page, nancy, 'Din anmodning er trukket tilbage');
  await looksGood('join that asks', page);
  await button(page, 'Registrer').click();
  await headed(page, 'Din anmodning venter på klinikken');
}

async function isApproved(page, desk) {
  const card = await atDesk(desk, nancy);
  await says(card, '251248');
  assert.equal(await card.getByText(nancy.cpr).count(), 0, 'the number is masked');
  await looksGood('desk', desk);
  await card.getByLabel('Bestil tid').uncheck();
  await card.getByRole('button', { name: 'Godkend' }).click();
  await decided(desk, nancy, 'Luk for nu');

  await page.goto(new URL(await linkFromMail(page, nancy, 'Din anmodning er godkendt')).pathname);
  await headed(page, CLINIC);
  await says(page, 'Lukket for dig.');
  await says(page, 'Lukket for nu.');
  assert.equal(await link(page, 'Åbn Bestil tid').count(), 0);
  await looksGood('start with closed functions', page);
  await page.goto(`/${clinics.approval}/tidsbestilling`);
  await headed(page, 'Du har ikke denne funktion');
  await page.locator('main').getByRole('link', { name: '00 10 20 31' }).waitFor();

  const member = await atDesk(desk, nancy);
  await member.getByLabel('Bestil tid').check();
  await member.getByRole('button', { name: 'Gem funktioner' }).click();
  await readMail(page, nancy, 'Din adgang er ændret');
  await page.goto(`/${clinics.approval}/start`);
  await link(page, 'Åbn Bestil tid').click();
  await headed(page, 'Bestil tid');
}

/** What the desk closes is closed at the next click, and open again at the one after. */
async function isClosedForNow(page, desk) {
  await (await atDesk(desk, nancy)).getByRole('button', { name: 'Luk for nu' }).click();
  await decided(desk, nancy, 'Genåbn');
  await page.reload();
  await headed(page, 'Klinikken har lukket din adgang for nu');
  await looksGood('suspended', page);
  await (await atDesk(desk, nancy)).getByRole('button', { name: 'Genåbn' }).click();
  await decided(desk, nancy, 'Luk for nu');
  await page.reload();
  await headed(page, 'Bestil tid');
}

async function isRefused(page, desk) {
  await fillRegistration(page, clinics.approval, max);
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, max);
  await headed(page, 'Din anmodning venter på klinikken');

  const card = await atDesk(desk, max);
  await card.getByLabel(/^Begrundelse/).selectOption({ label: 'Begrundelse: personen er ikke registreret som patient hos klinikken.' });
  await card.getByLabel(/^Egne ord/).fill('Kom forbi med dit sundhedskort.\nVi har åbent til kl. 16.');
  await card.getByRole('button', { name: 'Afvis' }).click();
  await decided(desk, max, 'Genåbn');

  const mail = await readMail(page, max, 'Din anmodning er afvist');
  assert.match(mail, /ikke registreret som patient/);
  assert.doesNotMatch(mail, /sundhedskort/);
  await page.reload();
  await headed(page, `Bliv bruger hos ${CLINIC}`);
  await says(page, 'Klinikken har afvist din anmodning');
  await says(page, 'Kom forbi med dit sundhedskort.');
  await looksGood('refused', page);
  await button(page, 'Registrer').click();
  await headed(page, 'Din anmodning venter på klinikken');
}

/** A user of another clinic asks by `Registrer`, and goes on being a user there (R8). */
async function asksByRegistrer(page) {
  await register(page, clinics.automatic, kirsten);
  await page.goto(`/${clinics.approval}/tidsbestilling`);
  await headed(page, `Bliv bruger hos ${CLINIC}`);
  await button(page, 'Registrer').click();
  await headed(page, 'Din anmodning venter på klinikken');
  await page.goto('/');
  await page.getByRole('link', { name: 'Clinea Lægeklinik', exact: true }).click();
  await headed(page, 'Clinea Lægeklinik');
}

/** The person's card at the clinic's desk. */
async function atDesk(desk, person) {
  await desk.goto(`/demo/klinik/${clinics.approval}`);
  return cardOf(desk, person);
}

/** Waits until the desk offers what can be done next. */
const decided = (desk, person, next) => cardOf(desk, person).getByRole('button', { name: next }).waitFor();

const cardOf = (desk, person) => desk.getByRole('article').filter({ hasText: person.name });

async function looksGood(name, page) {
  assert.deepEqual(await barriers(name, page), []);
  await fitsItsWidth(name, page);
}
