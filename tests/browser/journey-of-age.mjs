// A child comes of age while the demonstration's clock is put forward: the reminder, the open session that ends, the parent
// who gets no further, and the owner who takes the account over with MitID, without script (L7, F1).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, codeFromMail, confirmWithMitid, field, fill, headed, isLoggedIn, link } from './pages.mjs';
import { logInWithCode, logOut, readMail, says, submitCode, submitPassword } from './pages.mjs';
import { childOf, ida, kirsten } from './persons.mjs';

const OWN = { ...ida, email: 'ida.selv@example.dk', password: 'Grøn kajak 31' };

export async function journey(demo) {
  const parent = await demo.visitor();
  await createChild(parent);
  await parent.goto(`/${clinics.automatic}`);
  await logInWithCode(parent, ida);
  const clock = await demo.visitor();
  await putForward(clock, '2031-09-23');
  await readMail(clock, ida, 'En bruger fylder snart 15 år');
  await putForward(clock, '2031-10-13');
  await parentGetsNoFurther(parent);
  const owner = await demo.visitor({ script: false });
  await takeOver(owner);
  await parent.goto(`/${clinics.automatic}/start`);
  await says(parent, 'Log ind med sikkerhedskode');
  await logInAnew(owner);
}

async function createChild(page) {
  await page.goto(`/${clinics.automatic}`);
  await link(page, 'Opret bruger under 15 år').click();
  await fill(page, childOf(ida, kirsten));
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Brugeren er oprettet');
}

async function putForward(page, date) {
  await page.goto('/demo/ur');
  await page.getByLabel('Dato').fill(date);
  await page.getByRole('button', { name: 'Stil frem' }).click();
  const day = new Date(`${date}T12:00:00Z`).toLocaleDateString('da-DK', { day: 'numeric', month: 'long', year: 'numeric' });
  await says(page, day);
  await page.goto(`/${clinics.automatic}`);
  await says(page, `Uret er stillet frem til ${day}`);
}

async function parentGetsNoFurther(page) {
  await page.goto(`/${clinics.automatic}/start`);
  await headed(page, 'Clinea Lægeklinik');
  await says(page, 'Log ind med sikkerhedskode');
  await page.goto(`/${clinics.automatic}/tidsbestilling`);
  await submitPassword(page, ida);
  await headed(page, 'Skriv sikkerhedskoden');
  await submitCode(page, await codeFromMail(page, ida));
  await headed(page, 'Brugeren er fyldt 15 år');
  for (const place of ['start', 'tidsbestilling', 'registrer', 'vilkaar', 'kontaktoplysninger']) {
    await page.goto(`/${clinics.automatic}/${place}`);
    await headed(page, 'Brugeren er fyldt 15 år');
  }
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Brugeren er fyldt 15 år');
  await says(page, 'MitID bekræftede en anden person');

  const other = await page.context().newPage();
  await other.goto(`/${clinics.automatic}/glemt-adgangskode`);
  await fill(other, { 'CPR-nummer': ida.cpr, 'E-mail': ida.email });
  await button(other, 'Nulstil adgangskode').click();
  const advice = await readMail(other, ida, 'Log ind med MitID');
  assert.ok(!advice.includes('/nulstil/'), 'advice, and no link');
  await other.close();
}

async function takeOver(page) {
  await page.goto(`/${clinics.automatic}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, ida);
  await headed(page, 'Gør brugeren til din egen');
  await page.goto(`/${clinics.automatic}/tidsbestilling`);
  await headed(page, 'Gør brugeren til din egen');
  await choose(page, { ...OWN, password: ida.password });
  await says(page, 'Det er adgangskoden fra før');
  assert.equal(await field(page, 'E-mail').inputValue(), OWN.email, 'what was typed is kept');
  assert.equal(await field(page, 'Adgangskode').inputValue(), '', 'but no password');
  await choose(page, OWN);
  await headed(page, 'Skriv koden fra den nye e-mail');
  const code = await codeFromMail(page, OWN, 'Bekræft din mailadresse');
  await field(page, 'Sikkerhedskode').fill(code === '000000' ? '111111' : '000000');
  await button(page, 'Bekræft').click();
  await says(page, 'Koden er forkert');
  await link(page, 'Ret adressen').click();
  await headed(page, 'Gør brugeren til din egen');
  await page.goto(`/${clinics.automatic}/overtag`);
  await field(page, 'Sikkerhedskode').fill(code);
  await button(page, 'Bekræft').click();
  await says(page, 'Brugeren er din');
  await readMail(page, ida, 'Brugeren er overtaget');
  await readMail(page, OWN, 'Brugeren er overtaget');
  await logOut(page);
}

async function choose(page, person) {
  await fill(page, {
    'E-mail': person.email,
    'Bekræft e-mail': person.email,
    Adgangskode: person.password,
    'Bekræft adgangskode': person.password,
  });
  await button(page, 'Fortsæt').click();
}

async function logInAnew(page) {
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, ida);
  await says(page, 'passer ikke sammen');
  await page.goto(`/${clinics.automatic}`);
  await logInWithCode(page, OWN);
  await link(page, 'Åbn Tidsbestilling').click();
  await headed(page, 'Tidsbestilling');
  await isLoggedIn(page, ida);
  await logOut(page);
}
