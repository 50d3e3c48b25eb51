// The clinic's system holds another e-mail and mobile: both are shown, and what is confirmed holds; a new address holds when
// its code is typed (K1). Without script.

import assert from 'node:assert/strict';

import { barriers, fitsItsWidth } from './checks.mjs';
import { clinics } from './demo.mjs';
import { button, codeFromMail, field, fill, headed, link, logInWithMitid, logOut } from './pages.mjs';
import { readMail, register, says, submitPassword } from './pages.mjs';
import { carla } from './persons.mjs';

const asks = 'Bekræft dine oplysninger';
const proves = 'Skriv koden fra den nye e-mail';
const renewed = { ...carla, email: 'carla.ny@example.dk' };

export async function journey(demo) {
  const page = await demo.visitor({ script: false });
  await register(page, clinics.automatic, carla);
  await asked(page);
  for (const shown of [carla.email, '20 30 40 50', 'carla.gammel@example.dk', '20 11 22 33']) await says(page, shown);
  await isAccessible('contact', demo, page);
  assert.equal(await field(page, 'E-mail').inputValue(), carla.email, "the portal's is chosen");
  assert.equal(await page.getByLabel('Adgangskode').count(), 0, 'MitID a moment ago is enough');

  await button(page, 'English').click();
  await headed(page, 'Confirm your details');
  await button(page, 'Dansk').click();
  await headed(page, asks);

  // What cannot be read comes back as it was typed.
  await fill(page, { 'E-mail': 'carla', Mobil: '12' });
  await button(page, 'Bekræft').click();
  await says(page, 'Noget mangler eller passer ikke');
  assert.equal(await field(page, 'E-mail').inputValue(), 'carla');

  // A new address: until its code is typed the old one holds, and one goes on.
  await fill(page, { 'E-mail': renewed.email, Mobil: '20 55 66 77' });
  await button(page, 'Bekræft').click();
  await headed(page, proves);
  await isAccessible('email-proof', demo, page);
  await says(page, 'c•••@example.dk');
  const proof = page.url();
  await link(page, 'Fortsæt uden at ændre e-mail').click();
  await says(page, 'Vælg, hvad du vil.');
  await page.goto(`/${clinics.automatic}/tidsbestilling`);
  await headed(page, 'Tidsbestilling');

  // Back to correct it: what was said of the number held at once.
  await page.goto(proof);
  await link(page, 'Ret adressen').click();
  await headed(page, asks);
  assert.equal(await field(page, 'E-mail').inputValue(), carla.email, 'the old one holds');
  assert.equal(await field(page, 'Mobil').inputValue(), '20 55 66 77');

  await page.goto(proof);
  const code = await codeFromMail(page, renewed, 'Bekræft din mailadresse');
  await field(page, 'Sikkerhedskode').fill(code === '000000' ? '111111' : '000000');
  await button(page, 'Bekræft').click();
  await says(page, 'Sikkerhedskoden er forkert');
  await button(page, 'Send en ny kode').click();
  await says(page, 'Der kan endnu ikke sendes en ny kode');
  await field(page, 'Sikkerhedskode').fill(code);
  await button(page, 'Bekræft').click();
  await says(page, 'Din e-mail er ændret');
  for (const person of [carla, renewed]) await readMail(page, person, 'Mailadressen er ændret');

  // Both sides are at one: nobody is asked any more, and codes go to the new address.
  await logOut(page);
  await page.goto(`/${clinics.automatic}`);
  await logInWithMitid(page, carla);
  await says(page, 'Vælg, hvad du vil.');
  await logOut(page);
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, carla);
  await headed(page, 'Skriv sikkerhedskoden');
  await codeFromMail(page, renewed);
}

/** The question, which the clinic's system causes a moment after the login. */
async function asked(page) {
  for (let look = 0; look < LOOKS; look += 1) {
    await page.goto(`/${clinics.automatic}/start`);
    if ((await page.getByRole('heading', { level: 1, name: asks }).count()) > 0) break;
    await page.waitForTimeout(BETWEEN_LOOKS);
  }
  await headed(page, asks);
}

/** The same page in a browser that runs scripts, for the tool that looks at it. */
async function isAccessible(name, demo, page) {
  const seen = await demo.visitor();
  await seen.context().addCookies(await page.context().cookies());
  await seen.goto(page.url());
  assert.deepEqual(await barriers(name, seen), []);
  await fitsItsWidth(name, seen);
  await seen.close();
}

/** How often the question is looked for, and in milliseconds how long in between. */
const LOOKS = 50;
const BETWEEN_LOOKS = 100;
