// Several tabs, the Back button and impatient clicks: flows are independent, and each is carried out once (R5, R6, I4).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, codeFromMail, confirmWithMitid, field, fillRegistration, headed, isLoggedIn, logInWithMitid, logOut, readMail, says, submitCode, submitPassword } from './pages.mjs';
import { max, nancy } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor();
  await twoRegistrations(page);
  await backAfterLogin(page);
  await twoCodePages(page);
  await doubleClicks(demo);
}

/** The first of two tabs creates the account; the second meets it, and changes nothing. */
async function twoRegistrations(page) {
  const second = await page.context().newPage();
  await fillRegistration(page, clinics.automatic, nancy);
  await fillRegistration(second, clinics.automatic, { ...nancy, firstName: 'Anden' });
  await button(page, 'Opret bruger').click();
  await button(second, 'Opret bruger').click();
  await confirmWithMitid(page, nancy);
  await says(page, 'Din bruger er oprettet');
  await confirmWithMitid(second, nancy);
  await says(second, 'Du havde allerede en bruger på Patientportalen');
  await isLoggedIn(second, nancy);
  await second.close();
  await page.reload();
  await isLoggedIn(page, nancy);
  await logOut(page);
}

async function backAfterLogin(page) {
  await page.goto(`/${clinics.automatic}`);
  await logInWithMitid(page, nancy);
  await page.goBack();
  await page.goto(`/${clinics.automatic}/start`);
  await isLoggedIn(page, nancy);
  await logOut(page);
  await page.goBack();
  await page.waitForLoadState();
  assert.equal(await page.getByText('Logget ind som').count(), 0, 'Back shows nobody who has logged out');
}

/** One code page in two tabs: the second finds the login done and goes on where it led. */
async function twoCodePages(page) {
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, nancy);
  await headed(page, 'Skriv sikkerhedskoden');
  const code = await codeFromMail(page, nancy);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await submitCode(page, code);
  await isLoggedIn(page, nancy);
  await submitCode(second, code);
  await isLoggedIn(second, nancy);
  await second.close();
  await page.goBack();
  await isLoggedIn(page, nancy);
  await page.goto(`/${clinics.automatic}/start`);
  await logOut(page);
}

/** Each button pressed twice, and everything happens once. */
async function doubleClicks(demo) {
  const page = await demo.visitor();
  await fillRegistration(page, clinics.automatic, max);
  await button(page, 'Opret bruger').dblclick();
  await page.getByRole('button', { name: max.name }).dblclick();
  await isLoggedIn(page, max);
  await readMail(page, max, 'Din bruger er oprettet');
  await logOut(page);
  await page.goto(`/${clinics.automatic}`);
  await field(page, 'CPR-nummer').fill(max.cpr);
  await field(page, 'Adgangskode').fill(max.password);
  await button(page, 'Log ind').dblclick();
  await headed(page, 'Skriv sikkerhedskoden');
  await field(page, 'Sikkerhedskode').fill(await codeFromMail(page, max));
  await button(page, 'Log ind').dblclick();
  await isLoggedIn(page, max);
}
