// In English, from choosing it to the mail (C6).

import assert from 'node:assert/strict';

import { clinics } from './demo.mjs';
import { button, codeFromMail, confirmWithMitid, field, fill, headed, link, says } from './pages.mjs';
import { nancy } from './persons.mjs';

export async function journey(demo) {
  const first = await demo.visitor();
  await first.goto(`/${clinics.automatic}/receptfornyelse`);
  await button(first, 'English').click();
  await says(first, 'Log in to get to');
  assert.equal(new URL(first.url()).pathname, `/${clinics.automatic}/receptfornyelse`, 'the page stays');
  await first.close();

  // Remembered, in another tab too.
  const page = await first.context().newPage();
  await page.goto(`/${clinics.automatic}`);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await link(page, 'Create new user').click();
  await fill(page, {
    'CPR number': nancy.cpr,
    'First name': nancy.firstName,
    'Last name': nancy.lastName,
    'E-mail': nancy.email,
    'Confirm e-mail': nancy.email,
    Password: nancy.password,
    'Confirm password': nancy.password,
  });
  await button(page, 'Create user').click();
  await confirmWithMitid(page, nancy);
  await says(page, `Logged in as ${nancy.name}`);
  await button(page, 'Log out').click();
  await headed(page, 'You are logged out');

  await page.goto(`/${clinics.automatic}`);
  await fill(page, { 'CPR number': nancy.cpr, Password: 'Wrong 111' });
  await button(page, 'Log in').click();
  await says(page, 'do not belong together');
  await field(page, 'Password').fill(nancy.password);
  await button(page, 'Log in').click();
  await headed(page, 'Type the security code');
  await field(page, 'Security code').fill(await codeFromMail(page, nancy, 'Your security code'));
  await button(page, 'Log in').click();
  await says(page, `Logged in as ${nancy.name}`);

  await button(page, 'Dansk').click();
  await says(page, `Logget ind som ${nancy.name}`);
}
