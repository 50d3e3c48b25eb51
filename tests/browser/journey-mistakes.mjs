// Mistakes are told beside their fields and in a summary that has focus; what was typed stays, save passwords. Whoever
// breaks off at MitID comes back to the filled form (R5), and whoever is another person there creates nothing (R1).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { abortAtMitid, button, confirmWithMitid, field, fill, fillRegistration, headed, isLoggedIn, link, says } from './pages.mjs';
import { kirsten, nancy } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor();
  await mistakes(page);
  await fillRegistration(page, clinics.automatic, kirsten);
  await button(page, 'Opret bruger').click();
  await abortAtMitid(page);
  await says(page, 'MitID blev afbrudt');
  await isKept(page);

  await fill(page, { Adgangskode: kirsten.password, 'Bekræft adgangskode': kirsten.password });
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, nancy);
  await says(page, 'MitID passer ikke til CPR-nummeret');
  await isKept(page);

  await fill(page, { Adgangskode: kirsten.password, 'Bekræft adgangskode': kirsten.password });
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, kirsten);
  await isLoggedIn(page, kirsten);
  await says(page, 'Din bruger er oprettet');
}

async function mistakes(page) {
  await page.goto(`/${clinics.automatic}`);
  await link(page, 'Opret ny bruger').click();
  await fill(page, { 'CPR-nummer': '3102489996', Fornavn: 'Kirsten', 'E-mail': 'kirsten', Mobil: '12' });
  await fill(page, { Adgangskode: 'Blå cykel 27', 'Bekræft adgangskode': 'Blå cykel 28' });
  await button(page, 'Opret bruger').click();
  await areTold(page, ['CPR-nummer', 'Efternavn', 'E-mail', 'Bekræft e-mail', 'Mobil', 'Bekræft adgangskode']);
  for (const [label, value] of [['Fornavn', 'Kirsten'], ['E-mail', 'kirsten'], ['Adgangskode', '']]) {
    assert.equal(await field(page, label).inputValue(), value, label);
  }
  await fill(page, { 'CPR-nummer': kirsten.cpr, Adgangskode: 'kort', 'Bekræft adgangskode': 'kort' });
  await button(page, 'Opret bruger').click();
  await areTold(page, ['Efternavn', 'E-mail', 'Bekræft e-mail', 'Mobil', 'Adgangskode']);
  await headed(page, 'Opret ny bruger');
}

/** These fields, and no others, are wrong; the summary has focus and leads to each. */
async function areTold(page, labels) {
  await says(page, 'Noget mangler eller passer ikke');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'problems', 'the summary has focus');
  assert.match(await page.title(), /^Fejl: /);
  assert.equal(await page.locator('[aria-invalid=true]').count(), labels.length);
  const entries = page.locator('#problems').getByRole('link');
  assert.equal(await entries.count(), labels.length);
  for (const [place, label] of labels.entries()) {
    const input = field(page, label);
    assert.equal(await input.getAttribute('aria-invalid'), 'true', label);
    const [problem] = (await input.getAttribute('aria-describedby')).split(' ');
    assert.ok((await page.locator(`[id="${problem}"]`).innerText()).length > 0, `${label} has its problem beside it`);
    await entries.nth(place).click();
    assert.ok(await input.evaluate((input) => input === document.activeElement), `${label}: the summary leads to it`);
  }
}

async function isKept(page) {
  for (const [label, value] of [
    ['CPR-nummer', kirsten.cpr],
    ['Fornavn', kirsten.firstName],
    ['E-mail', kirsten.email],
    ['Bekræft e-mail', kirsten.email],
    ['Adgangskode', ''],
    ['Bekræft adgangskode', ''],
  ]) {
    assert.equal(await field(page, label).inputValue(), value, label);
  }
}
