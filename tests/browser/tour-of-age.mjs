// The part of the walk that is about a new CPR number (A11) and about coming of age (L7). It puts the demonstration's clock
// forward, so nothing comes after it.

import { clinics } from './demo.mjs';
import { button, codeFromMail, confirmWithMitid, field, fill, headed, link } from './pages.mjs';
import { logOut, register, says, submitCode, submitPassword } from './pages.mjs';
import { anders, childOf, ida, kirsten, renumbered } from './persons.mjs';

export async function tourOfAge(page, see) {
  await changedNumber(page, see);
  await comingOfAge(page, see);
}

async function changedNumber(page, see) {
  await register(page, clinics.automatic, anders);
  await logOut(page);
  await withMitid(page, renumbered);
  await headed(page, 'Har du fået nyt CPR-nummer?');
  await see('changed-number', page);
  await button(page, 'Nej').click();
  await says(page, 'Intet er ændret');
}

async function comingOfAge(page, see) {
  await page.goto(`/${clinics.automatic}/opret-barn`);
  await fill(page, childOf(ida, kirsten));
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, kirsten);
  await headed(page, 'Brugeren er oprettet');
  await page.goto('/demo/ur');
  await see('clock', page);
  await field(page, 'Dato · Date').fill('2031-10-13');
  await page.getByRole('button', { name: 'Stil frem' }).click();
  await says(page, '13. oktober 2031');

  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, ida);
  await headed(page, 'Skriv sikkerhedskoden');
  await submitCode(page, await codeFromMail(page, ida));
  await headed(page, 'Brugeren er fyldt 15 år');
  await see('of-age', page);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, kirsten);
  await says(page, 'MitID bekræftede en anden person');
  await see('of-age-other-person', page);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, ida);
  await headed(page, 'Gør brugeren til din egen');
  await see('renewal', page);
  await choose(page, ida);
  await says(page, 'Det er adgangskoden fra før');
  await see('renewal-errors', page);
  await choose(page, { ...ida, password: 'Grøn kajak 31' });
  await headed(page, 'Skriv koden fra den nye e-mail');
  await see('renewal-code', page);
  await link(page, 'Ret adressen').waitFor();
  await field(page, 'Sikkerhedskode').fill(await codeFromMail(page, ida, 'Bekræft din mailadresse'));
  await button(page, 'Bekræft').click();
  await says(page, 'Brugeren er din');
  await see('came-of-age', page);
}

async function withMitid(page, person) {
  await page.goto(`/${clinics.automatic}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, person);
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
