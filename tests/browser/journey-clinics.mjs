// What a clinic's settings do to its pages, and that nobody learns of clinics from the portal's own (C1, C2, C7, R9).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, confirmWithMitid, headed, link, register, says } from './pages.mjs';
import { hanna, nancy } from './persons.mjs';

const NAMES = /Clinea|Skovby|Havnely/;

export async function journey(demo) {
  const page = await demo.visitor();
  await closedRegistration(page, clinics.off, '00 10 20 32');
  await children(page);
  await namesNoClinic(page);
  await ownClinics(page);
}

/** Where registration is off, every way says to contact the clinic, and logins stay open (C1). */
async function closedRegistration(page, clinic, phone) {
  await page.goto(`/${clinic}`);
  await says(page, 'Kontakt klinikken på');
  assert.equal(await link(page, 'Opret ny bruger').count(), 0);
  for (const form of ['opret', 'opret-barn']) {
    await page.goto(`/${clinic}/${form}`);
    await headed(page, /Kontakt klinikken|Opret bruger under 15 år/);
    await page.locator('main').getByRole('link', { name: phone }).waitFor();
    assert.equal(await button(page, 'Opret bruger').count(), 0, form);
  }
  // Logins stay open, but MitID without an account is offered none here.
  await page.goto(`/${clinic}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, hanna);
  await says(page, 'hos denne klinik kan man ikke oprette sig selv');
}

async function children(page) {
  await page.goto(`/${clinics.automatic}`);
  await link(page, 'Opret bruger under 15 år').click();
  await headed(page, 'Opret bruger under 15 år');
  await says(page, /kontakt klinikken|ring til klinikken/i);
  await page.locator('main').getByRole('link', { name: '00 10 20 30' }).waitFor();
}

async function namesNoClinic(page) {
  for (const [address, status] of [['/', 200], ['/findes-ikke', 404], [`/findes-ikke/opret`, 404], [`/${clinics.automatic}/massage`, 404]]) {
    const response = await page.goto(address);
    assert.equal(response.status(), status, address);
    assert.doesNotMatch(await page.content(), NAMES, address);
  }
}

/** Who is logged in sees own clinics at the root, and changes without logging in again. */
async function ownClinics(page) {
  await register(page, clinics.automatic, nancy);
  await page.goto('/');
  await headed(page, 'Dine klinikker');
  const main = page.locator('main');
  assert.deepEqual(await main.getByRole('link').allInnerTexts(), ['Clinea Lægeklinik', 'Din side']);
  await main.getByRole('link', { name: 'Clinea Lægeklinik' }).click();
  await headed(page, 'Clinea Lægeklinik');
  await page.goto(`/${clinics.off}`);
  await says(page, 'Kontakt klinikken');
  await page.locator('main').getByRole('link', { name: '00 10 20 32' }).waitFor();
  assert.equal(await button(page, 'Registrer').count(), 0);
}
