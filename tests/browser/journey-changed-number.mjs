// An account moves to its owner's new CPR number, when MitID knows that it is the same person (A11); for those without MitID
// a clinic does it, and renews an account with another e-mail (S4).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, confirmWithMitid, fill, headed, isLoggedIn, link, linkFromMail } from './pages.mjs';
import { logInWithCode, logOut, readMail, register, says, submitPassword } from './pages.mjs';
import { anders, childOf, ida, kirsten, renumbered } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor({ script: false });
  await register(page, clinics.automatic, anders);
  await logOut(page);
  await sayNo(page);
  await sayYes(page);
  await theOldNumberOpensNothing(page);
  await theClinicRenews(page, await demo.visitor());
}

async function asked(page) {
  await page.goto(`/${clinics.automatic}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, renumbered);
  await headed(page, 'Har du fået nyt CPR-nummer?');
  await says(page, 'Vi kender dig med CPR-nummer 010490-••••');
}

async function sayNo(page) {
  await asked(page);
  await button(page, 'Nej').click();
  await says(page, 'Intet er ændret');
  assert.equal(await button(page, 'Log ud').count(), 0, 'nobody is logged in');
  await logInWithCode(page, anders);
  await logOut(page);
}

async function sayYes(page) {
  await asked(page);
  await button(page, 'Ja, flyt min bruger').click();
  await says(page, 'Din bruger er flyttet');
  await isLoggedIn(page, anders);
  const mail = await readMail(page, anders, 'Brugeren har fået nyt CPR-nummer');
  assert.ok(!mail.includes('020160'), 'no number in a mail');
  await logOut(page);
}

async function theOldNumberOpensNothing(page) {
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, anders);
  await says(page, 'passer ikke sammen');
  await page.goto(`/${clinics.automatic}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, anders);
  await says(page, 'CPR-nummeret er skiftet ud');
  await logInWithCode(page, { ...renumbered, name: anders.name });
  await logOut(page);
}

async function theClinicRenews(page, desk) {
  await page.goto(`/${clinics.automatic}`);
  await link(page, 'Opret bruger under 15 år').click();
  await fill(page, childOf(ida, kirsten));
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Brugeren er oprettet');

  const renewed = { ...ida, email: 'ida.ny@example.dk', password: 'Grøn kajak 31' };
  await desk.goto(`/demo/klinik/${clinics.automatic}`);
  const card = () => desk.getByRole('article').filter({ hasText: ida.name });
  assert.equal(await desk.getByRole('article').filter({ hasText: anders.name }).getByLabel('Ny e-mail').count(), 0);
  await card().getByLabel('Ny e-mail').fill('ingen');
  await card().getByRole('button', { name: 'Forny brugeren' }).click();
  await desk.getByRole('alert').waitFor();
  await card().getByLabel('Ny e-mail').fill(renewed.email);
  await card().getByRole('button', { name: 'Forny brugeren' }).click();
  await says(card(), 'ikke aktiveret');
  await readMail(desk, ida, 'Brugeren er fornyet af klinikken');
  await page.goto(await linkFromMail(page, renewed, 'Aktivér din bruger'));
  await fill(page, {
    'CPR-nummer': renewed.cpr,
    Adgangskode: renewed.password,
    'Bekræft adgangskode': renewed.password,
  });
  await button(page, 'Aktivér bruger').click();
  await headed(page, 'Din bruger er aktiveret');
  await page.goto(`/${clinics.automatic}`);
  await logInWithCode(page, renewed);
  await logOut(page);
}
