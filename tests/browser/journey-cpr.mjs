// The CPR field: the hyphen while typing, the caret, pasting, and hiding with one box (A3, L4).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { field, link, says, submitPassword } from './pages.mjs';
import { nancy } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor();
  await page.goto(`/${clinics.automatic}`);
  const number = field(page, 'CPR-nummer');
  const caret = () => number.evaluate((input) => input.selectionStart);

  await number.pressSequentially('2512489996');
  assert.equal(await number.inputValue(), '251248-9996');
  assert.equal(await caret(), 11);
  await number.fill('');
  await number.pressSequentially('251248-9996');
  assert.equal(await number.inputValue(), '251248-9996', 'a typed hyphen is not doubled');

  // A digit changed in the middle: the caret stays there.
  await number.evaluate((input) => input.setSelectionRange(3, 3));
  await page.keyboard.press('Backspace');
  assert.equal(await number.inputValue(), '252489-996');
  assert.equal(await caret(), 2);
  await page.keyboard.type('2');
  assert.equal(await number.inputValue(), '252248-9996');
  assert.equal(await caret(), 3);

  await pastes(page, number);
  await hides(page, number);
}

async function pastes(page, number) {
  await link(page, 'Opret ny bruger').click();
  for (const text of ['2512489996', '251248-9996', ' 251248 9996 ']) {
    await field(page, 'Fornavn').fill(text);
    await field(page, 'Fornavn').press('ControlOrMeta+a');
    await field(page, 'Fornavn').press('ControlOrMeta+c');
    await number.fill('');
    await number.press('ControlOrMeta+v');
    assert.equal(await number.inputValue(), '251248-9996', `pasted: ${JSON.stringify(text)}`);
  }
}

async function hides(page, number) {
  await page.goto(`/${clinics.automatic}`);
  const box = field(page, 'Skjul CPR-nummer');
  await number.fill('251248');
  await box.check();
  assert.equal(await number.getAttribute('type'), 'password');
  await number.focus();
  await page.keyboard.press('End');
  await number.pressSequentially('9996');
  assert.equal(await number.inputValue(), '251248-9996', 'the hyphen comes while hidden too');
  await page.getByRole('textbox', { name: 'CPR-nummer', exact: true }).or(number).first().waitFor();

  await submitPassword(page, nancy, 'Forkert 1');
  await says(page, 'passer ikke sammen');
  assert.ok(await box.isChecked(), 'the choice survives an error page');
  assert.equal(await number.getAttribute('type'), 'password');
  await box.uncheck();
  assert.equal(await number.getAttribute('type'), 'text');
  assert.equal(await number.inputValue(), '251248-9996');
}
