// A clinic's staff at work (S1, S2): a request is approved by keyboard alone, users are created, an exemption withdrawn, an
// access closed. Every page that is met is looked at.

import assert from 'node:assert/strict';

import { barriers, fitsItsWidth } from './checks.mjs';
import { clinics } from './demo.mjs';
import { button, codeFromMail, confirmWithMitid, field, fill, fillRegistration, headed, isLoggedIn } from './pages.mjs';
import { link, linkFromMail, logInWithMitid, readMail, register, says, submitCode, submitPassword } from './pages.mjs';
import { anders, kirsten, max, nancy } from './persons.mjs';
import { adam, findPerson, helle, sara, signIn, signe, vibe } from './staff.mjs';

export async function journey(demo) {
  const staff = await demo.visitor();
  const page = await demo.visitor();
  await door(staff);
  await signIn(staff, sara);
  await headed(staff, 'Ingen anmodninger venter');
  await looksGood('empty work list', staff);
  await isApprovedByKeyboard(page, staff);
  await isRefused(await demo.visitor(), staff);
  await isSuspended(page, staff);
  await log(await demo.visitor());
  await usersAreCreated(demo);
  await chooses(await demo.visitor());
  await signsOut(staff);
}

async function door(staff) {
  await staff.goto(`/personale/${clinics.approval}`);
  await headed(staff, 'Log ind som personale');
  await looksGood('door', staff);
  await button(staff, 'English').click();
  await headed(staff, 'Sign in as staff');
  await button(staff, 'Dansk').click();
}

/** Not a click: into the list by Tab, then the number of a function, and a. */
async function isApprovedByKeyboard(page, staff) {
  await asks(page, nancy);
  await staff.goto(`/personale/${clinics.approval}`);
  await headed(staff, '1 anmodning venter');
  await says(staff, 'Ny i dag');
  await says(staff, nancy.cpr);
  await looksGood('work list', staff);
  await staff.reload();
  await tabIntoList(staff);
  await staff.keyboard.press('j');
  await staff.locator('.request:focus').waitFor();
  assert.equal(await field(staff, 'Bestil tid').isChecked(), true);
  await staff.keyboard.press('1');
  assert.equal(await field(staff, 'Bestil tid').isChecked(), false, 'the key unticked it');
  await staff.keyboard.press('a');
  await says(staff, `${nancy.name} har fået adgang`);
  await looksGood('undo', staff);

  await page.goto(new URL(await linkFromMail(page, nancy, 'Din anmodning er godkendt')).pathname);
  await says(page, 'Lukket for dig.');
  assert.equal(await link(page, 'Åbn Bestil tid').count(), 0);
  await page.goto(`/${clinics.approval}/tidsbestilling`);
  await headed(page, 'Du har ikke denne funktion');
  await says(page, 'Klinikken har lukket denne funktion for dig.');
}

async function tabIntoList(staff) {
  for (let tabs = 0; tabs < 40; tabs += 1) {
    await staff.keyboard.press('Tab');
    if (await staff.evaluate(() => document.activeElement.closest('.requests') !== null)) return;
  }
  throw new Error('the list cannot be reached by Tab');
}

async function asks(page, person) {
  await fillRegistration(page, clinics.approval, person);
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, person);
  await headed(page, 'Din anmodning venter på klinikken');
}

/** With the mouse and in plain forms: refused, undone, and refused again with words. */
async function isRefused(page, staff) {
  await asks(page, max);
  await staff.goto(`/personale/${clinics.approval}`);
  await staff.getByText('Afvis …').click();
  await looksGood('refusing', staff);
  await button(staff, 'Afvis').click();
  await says(staff, `${max.name} har fået afslag`);
  await button(staff, 'Fortryd').click();
  await headed(staff, '1 anmodning venter');
  await staff.getByText('Afvis …').click();
  await staff.getByLabel(/ikke registreret som patient/).check();
  await staff.getByLabel('Egne ord, som patienten ser efter login').fill('Kom forbi med dit sundhedskort.');
  await button(staff, 'Afvis').click();
  await headed(staff, 'Ingen anmodninger venter');
  assert.doesNotMatch(await readMail(page, max, 'Din anmodning er afvist'), /sundhedskort/);
  await page.reload();
  await says(page, 'Kom forbi med dit sundhedskort.');
}

/** A suspension holds from the patient's next click. */
async function isSuspended(page, staff) {
  await page.goto(`/${clinics.approval}/start`);
  await says(page, 'Lukket for dig.');
  await findPerson(staff, sara, nancy);
  await looksGood('person', staff);
  await field(staff, 'Bestil tid').check();
  await button(staff, 'Gem funktioner').click();
  await says(staff, 'Funktionerne er gemt');
  await button(staff, 'Luk adgangen for nu').click();
  await says(staff, 'Adgangen er lukket for nu');
  await page.reload();
  await headed(page, 'Klinikken har lukket din adgang for nu');
  await button(staff, 'Genåbn').click();
  await says(staff, 'Genåbnet');
  await page.reload();
  await link(page, 'Åbn Bestil tid').waitFor();
  await link(staff, 'Mails').click();
  await headed(staff, 'Mails til personen');
  await says(staff, 'Om adgangen hos klinikken');
  await looksGood('mails', staff);
  await staff.goto(`/personale/${clinics.approval}/brugere`);
  await says(staff, nancy.cpr);
  await looksGood('users', staff);
  await staff.goto(`/personale/${clinics.approval}/find`);
  await field(staff, 'CPR-nummer eller erstatningsnummer').fill(anders.cpr);
  await button(staff, 'Find').click();
  await says(staff, 'Ingen med det nummer');
  await looksGood('nobody found', staff);
}

/** Only an administrator reads what happened. */
async function log(staff) {
  await signIn(staff, adam);
  await link(staff, 'Log').click();
  await headed(staff, 'Klinikkens log');
  await says(staff, 'Personale: sara');
  await looksGood('log', staff);
}

/** One who cannot use MitID gets in by code; one who can must confirm; and so must the first, once the exemption is taken back. */
async function usersAreCreated(demo) {
  const staff = await demo.visitor();
  await signIn(staff, helle);
  await createUser(staff, kirsten, true);
  await says(staff, 'Kan ikke bruge MitID (siden');
  await looksGood('created', staff);
  const first = await demo.visitor();
  await activate(first, kirsten);
  await first.goto(`/${clinics.off}`);
  await submitPassword(first, kirsten);
  await headed(first, 'Skriv sikkerhedskoden');
  await submitCode(first, await codeFromMail(first, kirsten));
  await isLoggedIn(first, kirsten);
  await link(first, 'Åbn Tidsbestilling').waitFor();

  await findPerson(staff, helle, kirsten);
  await link(staff, 'Forny brugeren …').click();
  await headed(staff, 'Forny brugeren');
  await looksGood('renewing', staff);
  await link(staff, 'Tilbage til personen').click();
  await link(staff, 'Skift CPR-nummer …').click();
  await headed(staff, 'Skift CPR-nummer');
  await looksGood('changing the number', staff);
  await link(staff, 'Tilbage til personen').click();
  await link(staff, 'Afslut adgangen …').click();
  await headed(staff, 'Afslut adgangen?');
  await looksGood('ending', staff);
  await link(staff, 'Tilbage til personen').click();
  await button(staff, 'Kan bruge MitID nu').click();
  await says(staff, 'Fritagelsen er ophævet');
  await first.reload();
  await headed(first, 'Bekræft, hvem du er');

  await createUser(staff, anders, false);
  const second = await demo.visitor();
  await activate(second, anders);
  await second.goto(`/${clinics.off}`);
  await logInWithMitid(second, anders);
  await link(second, 'Åbn Tidsbestilling').waitFor();
}

async function createUser(staff, person, exempt) {
  await staff.goto(`/personale/${helle.clinic}/opret`);
  await fill(staff, { 'CPR-nummer eller erstatningsnummer': person.cpr, 'E-mail': 'ikke en adresse' });
  await button(staff, 'Opret bruger').click();
  await says(staff, 'Noget mangler eller passer ikke');
  await looksGood('creating a user', staff);
  await fill(staff, { Fornavn: person.firstName, Efternavn: person.lastName, 'E-mail': person.email });
  if (exempt) await field(staff, 'Kan ikke bruge MitID').check();
  await button(staff, 'Opret bruger').click();
  await says(staff, 'Brugeren er oprettet');
}

/** By the link of the mail: number, password twice. */
async function activate(page, person) {
  await page.goto(await linkFromMail(page, person, 'Aktivér din bruger'));
  await fill(page, { 'CPR-nummer': person.cpr, Adgangskode: person.password, 'Bekræft adgangskode': person.password });
  await button(page, 'Aktivér bruger').click();
  await headed(page, 'Din bruger er aktiveret');
}

/** Who works at two clinics chooses; a third is not theirs. */
async function chooses(staff) {
  await signIn(staff, vibe);
  await headed(staff, 'Hvilken klinik arbejder du for nu?');
  await looksGood('choosing', staff);
  await button(staff, 'Lægerne i Skovby').click();
  await headed(staff, /anmodning/);
  await staff.goto(`/personale/${signe.clinic}`);
  await headed(staff, 'Du har ikke adgang her');
  await looksGood('not here', staff);
  await link(staff, 'Skift klinik').click();
  await button(staff, 'Clinea Lægeklinik').click();
  await says(staff, 'Clinea Lægeklinik');
}

async function signsOut(staff) {
  await staff.goto(`/personale/${clinics.approval}`);
  await button(staff, 'Log ud').click();
  await headed(staff, 'Du er logget ud');
  await looksGood('signed out', staff);
  await staff.goto(`/personale/${clinics.approval}`);
  await headed(staff, 'Log ind som personale');
}

async function looksGood(name, page) {
  assert.deepEqual(await barriers(name, page), []);
  await fitsItsWidth(name, page);
}
