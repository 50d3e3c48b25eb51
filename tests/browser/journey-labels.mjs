// The labels that the guide prints, letter for letter, each where the guide has it and tied to its field (C3, R1, F1, L3).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, fill, link, logOut, register, submitPassword } from './pages.mjs';
import { nancy } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor();
  await page.goto(`/${clinics.automatic}`);
  await has(page, {
    heading: ['Clinea Lægeklinik', 'Log ind med MitID', 'Log ind med sikkerhedskode', 'Opret bruger'],
    textbox: ['CPR-nummer', 'Adgangskode'],
    checkbox: ['Skjul CPR-nummer'],
    button: ['Log ind'],
    link: ['Hjælp', 'Glemt adgangskode?', 'Opret ny bruger', 'Opret bruger under 15 år'],
  });
  assert.match(await page.locator('main').innerText(), /Sundhedsdatastyrelsens borgeradgang/);
  await link(page, 'Opret ny bruger').click();
  const fields = ['CPR-nummer', 'Fornavn', 'Efternavn', 'E-mail', 'Bekræft e-mail', 'Mobil', 'Adgangskode', 'Bekræft adgangskode'];
  await has(page, { textbox: fields, checkbox: ['Skjul CPR-nummer'], button: ['Opret bruger'] });
  assert.match(await page.locator('main').innerText(), /Sundhedsdatastyrelsens borgeradgang/);
  await page.goto(`/${clinics.automatic}/opret-barn`);
  const numbers = ['Barnets CPR-nummer', 'Forælder/værge CPR-nummer'];
  await has(page, { textbox: [...numbers, ...fields.slice(1)], checkbox: ['Skjul CPR-numre'], button: ['Opret bruger'] });
  assert.match(await page.locator('main').innerText(), /Sundhedsdatastyrelsens borgeradgang/);
  await page.goto(`/${clinics.automatic}/glemt-adgangskode`);
  await has(page, { textbox: ['CPR-nummer', 'E-mail'], checkbox: ['Skjul CPR-nummer'], button: ['Nulstil adgangskode'] });
  await register(page, clinics.automatic, nancy);
  await has(page, { button: ['Log ud'], link: ['Hjælp'] });
  await logOut(page);
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, nancy);
  await has(page, { textbox: ['Sikkerhedskode'], button: ['Log ind'] });
}

/** A password field has no role of its own, so text fields are found by their label. */
async function has(page, names) {
  for (const [role, wanted] of Object.entries(names)) {
    for (const name of wanted) {
      const found = role === 'textbox' ? page.getByLabel(name, { exact: true }) : page.getByRole(role, { name, exact: true });
      await found.first().waitFor();
      assert.equal(await found.count(), 1, `${role} "${name}" on ${page.url()}`);
    }
  }
}
