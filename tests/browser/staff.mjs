// What a clinic's staff do on their pages, by the words that stand there.

import { button, field, headed, says } from './pages.mjs';

/** The staff of the simulator, and the clinics that they work at. */
export const sara = { name: 'Sara Test Skov', clinic: 'skovby' };
export const adam = { name: 'Adam Test Skov', clinic: 'skovby' };
export const signe = { name: 'Signe Test Clin', clinic: 'clinea' };
export const helle = { name: 'Helle Test Havn', clinic: 'havnely' };
export const vibe = { name: 'Vibe Test Vikar' };

/** From the staff's door to the work list, or to the choice of a clinic. */
export async function signIn(page, person) {
  await page.goto('/personale');
  await headed(page, 'Log ind som personale');
  await button(page, 'Log ind').click();
  await page.getByRole('button', { name: person.name }).click();
  if (person.clinic) await says(page, `Logget ind som ${person.name}`);
}

/** To somebody's page at the clinic of whoever is signed in, by the number. */
export async function findPerson(page, staff, person) {
  await page.goto(`/personale/${staff.clinic}/find`);
  await field(page, 'CPR-nummer eller erstatningsnummer').fill(person.cpr);
  await button(page, 'Find').click();
  await headed(page, person.name);
}
