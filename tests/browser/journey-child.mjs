// A parent registers a child and confirms it with MitID; the child logs in by code (R3, R4). Mistakes, another person's
// MitID and breaking off keep the form (R5). Whoever does not hold custody is refused, and a child that has an account is
// met as such (R6). One box hides both numbers, without script too (L4).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { abortAtMitid, button, confirmWithMitid, field, fill, headed, isLoggedIn, link } from './pages.mjs';
import { linkFromMail, logInWithCode, logOut, readMail, says, submitPassword } from './pages.mjs';
import { childOf, ida, jens, kirsten, max, nancy } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor();
  await mistakes(page);
  await otherPersons(page);
  await creates(page);
  await notHolder(page);
  await exists(page);
  await waitsForTheClinic(page, await demo.visitor());
  await hidesWithoutScript(demo);
}

async function open(page) {
  await page.goto(`/${clinics.automatic}`);
  await link(page, 'Opret bruger under 15 år').click();
  await headed(page, 'Opret bruger under 15 år');
}

async function submit(page, child, guardian) {
  await fill(page, childOf(child, guardian));
  await button(page, 'Opret bruger').click();
}

async function mistakes(page) {
  await open(page);
  // The hyphens are put in while typing, in both.
  await field(page, 'Barnets CPR-nummer').pressSequentially('1310169996');
  await field(page, 'Forælder/værge CPR-nummer').pressSequentially('1310169996');
  assert.equal(await field(page, 'Forælder/værge CPR-nummer').inputValue(), ida.cpr);
  await fill(page, { Fornavn: ida.firstName, 'E-mail': ida.email });
  await button(page, 'Opret bruger').click();
  await says(page, 'Det er barnets eget CPR-nummer');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'problems', 'the summary has focus');
  assert.equal(await field(page, 'Fornavn').inputValue(), ida.firstName);
  // An adult's number belongs on the other form, and so does what was typed.
  await fill(page, { 'Barnets CPR-nummer': nancy.cpr });
  await button(page, 'Opret bruger').click();
  await headed(page, 'Opret ny bruger');
  await says(page, 'er for børn under 15 år');
  assert.equal(await field(page, 'CPR-nummer').inputValue(), nancy.cpr);
  await fill(page, { 'CPR-nummer': ida.cpr });
  await button(page, 'Opret bruger').click();
  await headed(page, 'Opret bruger under 15 år');
  assert.equal(await field(page, 'Fornavn').inputValue(), ida.firstName);
}

async function otherPersons(page) {
  await submit(page, ida, kirsten);
  await confirmWithMitid(page, max);
  await says(page, 'MitID passer ikke til forælderen eller værgen');
  await isKept(page);
  await submit(page, ida, kirsten);
  await abortAtMitid(page);
  await says(page, 'MitID blev afbrudt');
  await isKept(page);
}

async function isKept(page) {
  const kept = { ...childOf(ida, kirsten), Mobil: '+4520304050', Adgangskode: '', 'Bekræft adgangskode': '' };
  for (const [label, value] of Object.entries(kept)) assert.equal(await field(page, label).inputValue(), value, label);
}

async function creates(page) {
  await submit(page, ida, kirsten);
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Brugeren er oprettet');
  assert.equal(await button(page, 'Log ud').count(), 0, 'nobody is logged in');
  await readMail(page, ida, 'Brugeren er oprettet');
  await link(page, 'Gå til log ind').click();
  await logInWithCode(page, ida);
  await isLoggedIn(page, ida);
  await logOut(page);
  await page.goto(`/${clinics.automatic}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, ida);
  await says(page, 'MitID kan ikke bruges under 15 år');
}

async function notHolder(page) {
  await open(page);
  await submit(page, ida, max);
  await confirmWithMitid(page, max);
  await says(page, 'Forældremyndigheden blev ikke bekræftet');
}

async function exists(page) {
  await open(page);
  await submit(page, ida, kirsten);
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Barnet har allerede en bruger');
  const renewed = { ...ida, email: 'ida.ny@example.dk', password: 'Grøn kajak 31' };
  await fill(page, {
    'E-mail': renewed.email,
    'Bekræft e-mail': renewed.email,
    Adgangskode: renewed.password,
    'Bekræft adgangskode': renewed.password,
  });
  await button(page, 'Gem').click();
  await headed(page, 'Ny e-mail og adgangskode er gemt');
  await readMail(page, ida, 'Mailadressen er ændret');
  await link(page, 'Gå til log ind').click();
  await logInWithCode(page, renewed);
  await isLoggedIn(page, ida);
  await logOut(page);
}

/** Of Jens nobody knows who holds custody, so the clinic lets him in, and until then nothing opens. */
async function waitsForTheClinic(page, desk) {
  await open(page);
  await submit(page, jens, kirsten);
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Anmodningen er sendt til klinikken');
  await readMail(page, jens, 'Din anmodning er sendt');
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, jens);
  await says(page, 'passer ikke sammen');

  await desk.goto(`/demo/klinik/${clinics.automatic}`);
  const card = desk.getByRole('article').filter({ hasText: jens.name });
  await says(card, 'forældremyndigheden er ukendt');
  await card.getByRole('button', { name: 'Godkend' }).click();
  await card.getByRole('button', { name: 'Luk for nu' }).waitFor();
  await page.goto(await linkFromMail(page, jens, 'Din anmodning er godkendt'));
  await headed(page, 'Clinea Lægeklinik');
  await logInWithCode(page, jens);
  await isLoggedIn(page, jens);
  await logOut(page);
}

async function hidesWithoutScript(demo) {
  const page = await demo.visitor({ script: false });
  await open(page);
  await fill(page, { 'Barnets CPR-nummer': '1310169996', 'Forælder/værge CPR-nummer': '2911829996', Fornavn: 'Ida' });
  await field(page, 'Skjul CPR-numre').check();
  await button(page, 'Skjul eller vis nu').click();
  for (const [label, value] of [['Barnets CPR-nummer', ida.cpr], ['Forælder/værge CPR-nummer', kirsten.cpr]]) {
    assert.equal(await field(page, label).getAttribute('type'), 'password', label);
    assert.equal(await field(page, label).inputValue(), value, 'the redrawn page puts the hyphen in');
  }
  await submit(page, ida, ida);
  await says(page, 'Det er barnets eget CPR-nummer');
  assert.ok(await field(page, 'Skjul CPR-numre').isChecked(), 'the choice survives an error page');
  assert.equal(await field(page, 'Barnets CPR-nummer').getAttribute('type'), 'password');
}
