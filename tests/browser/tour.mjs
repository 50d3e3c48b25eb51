// A walk past every page that a patient can meet. `see(name, page)` is called at each.

import { clinics } from './demo.mjs';
import { abortAtMitid, button, codeFromMail, confirmWithMitid, field, fill, fillRegistration } from './pages.mjs';
import { headed, link, linkFromMail, logOut, register, says, submitCode, submitPassword } from './pages.mjs';
import { hanna, ida, nancy } from './persons.mjs';
import { tourOfAge } from './tour-of-age.mjs';

/** The whole walk, by one visitor who becomes a patient. */
export async function tour(page, see) {
  await waysIn(page, see);
  await registering(page, see);
  await mitidRefused(page, see);
  await loggedIn(page, see);
  await codeLogin(page, see);
  await recovery(page, see);
  await tourOfAge(page, see);
}

async function waysIn(page, see) {
  const { automatic, approval, off } = clinics;
  const addresses = [
    ['root', '/'],
    ['front', `/${automatic}`],
    ['front-function', `/${automatic}/receptfornyelse`],
    ['front-function-not-offered', `/${off}/e-konsultation`],
    ['front-approval', `/${approval}`],
    ['front-off', `/${off}`],
    ['register-closed', `/${off}/opret`],
    ['register-child', `/${automatic}/opret-barn`],
    ['child-created', `/${automatic}/barn?svar=oprettet`],
    ['child-requested', `/${automatic}/barn?svar=anmodet`],
    ['help-login', `/${automatic}/hjaelp`],
    ['terms', '/vilkaar'],
    ['cookies', '/cookies'],
    ['not-found', '/findes-ikke'],
  ];
  for (const [name, address] of addresses) {
    await page.goto(address);
    await see(name, page);
  }
  await page.goto(`/${automatic}`);
  await submitPassword(page, nancy, 'Forkert 1');
  await says(page, 'passer ikke sammen');
  await see('front-wrong-password', page);
}

async function registering(page, see) {
  await page.goto(`/${clinics.automatic}/opret`);
  await see('register', page);
  await fill(page, { 'CPR-nummer': '3102489996', 'E-mail': 'nancy', Adgangskode: 'kort' });
  await button(page, 'Opret bruger').click();
  await says(page, 'Noget mangler eller passer ikke');
  await see('register-errors', page);
  await fillRegistration(page, clinics.automatic, nancy);
  await stayingAtDepartures(page, async () => {
    await button(page, 'Opret bruger').click();
    await headed(page, 'Du sendes videre til MitID');
    await see('leaving-for-mitid', page);
  });
  await link(page, 'Fortsæt til MitID').click();
  await button(page, 'Afbryd').waitFor();
  await see('simulator', page);
  await abortAtMitid(page);
  await says(page, 'MitID blev afbrudt');
  await see('register-broken-off', page);
}

async function mitidRefused(page, see) {
  const refusals = [
    ['mitid-too-low', 'Lav sikring', nancy],
    ['mitid-no-cpr', 'Uden CPR-nummer', nancy],
    ['mitid-business', 'Erhvervsidentitet', nancy],
    ['mitid-too-old', 'Godkendt for en time siden', nancy],
    ['mitid-child', undefined, ida],
  ];
  for (const [name, flaw, person] of refusals) {
    await page.goto(`/${clinics.automatic}`);
    await button(page, 'Log ind med MitID').click();
    if (flaw) await field(page, flaw).check();
    await confirmWithMitid(page, person);
    await page.waitForURL((url) => url.hostname === '127.0.0.1');
    await see(name, page);
  }
  await page.goto(`/${clinics.automatic}`);
  await button(page, 'Log ind med MitID').click();
  await abortAtMitid(page);
  await says(page, 'MitID blev afbrudt');
  await see('mitid-broken-off', page);
}

async function loggedIn(page, see) {
  await page.goto(`/${clinics.automatic}`);
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, hanna);
  await headed(page, 'Opret dig som bruger');
  await see('register-proven', page);
  await register(page, clinics.automatic, nancy);
  await see('start', page);
  await link(page, 'Åbn Tidsbestilling').click();
  await headed(page, 'Tidsbestilling');
  await see('function', page);
  for (const [name, address] of [
    ['help-functions', `/${clinics.automatic}/hjaelp`],
    ['root-own-clinics', '/'],
    ['join-closed', `/${clinics.off}/start`],
  ]) {
    await page.goto(address);
    await see(name, page);
  }
  await page.goto(`/${clinics.automatic}/start`);
  await stayingAtDepartures(page, async () => {
    await button(page, 'Log ud').click();
    await see('leaving-to-end-mitid', page);
  });
  await link(page, 'Afslut MitID-session').click();
  await headed(page, 'Du er logget ud');
  await see('logged-out', page);
}

async function codeLogin(page, see) {
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, nancy);
  await headed(page, 'Skriv sikkerhedskoden');
  await see('code', page);
  await submitCode(page, '12345');
  await says(page, 'seks cifre');
  await see('code-malformed', page);
  const code = await codeFromMail(page, nancy);
  await submitCode(page, code === '000000' ? '111111' : '000000');
  await says(page, 'Sikkerhedskoden er forkert');
  await see('code-wrong', page);
  await button(page, 'Send en ny kode').click();
  await page.waitForLoadState();
  await see('code-too-soon', page);
  await submitCode(page, code);
  await logOut(page);
  await page.goto(`/${clinics.automatic}`);
  await submitPassword(page, nancy);
  await headed(page, 'Skriv sikkerhedskoden');
  await see('code-must-wait', page);
}

async function recovery(page, see) {
  await page.goto(`/${clinics.automatic}`);
  await link(page, 'Glemt adgangskode?').click();
  await see('forgot', page);
  await button(page, 'Nulstil adgangskode').click();
  await see('forgot-errors', page);
  await fill(page, { 'CPR-nummer': nancy.cpr, 'E-mail': nancy.email });
  await button(page, 'Nulstil adgangskode').click();
  await headed(page, 'Se efter i din e-mail');
  await see('forgot-sent', page);
  const reset = await linkFromMail(page, nancy);
  await page.goto(reset);
  await see('reset', page);
  await fill(page, { Adgangskode: 'Rød cykel 28', 'Bekræft adgangskode': 'en anden' });
  await button(page, 'Gem adgangskode').click();
  await says(page, 'ikke ens');
  await see('reset-errors', page);
  await fill(page, { Adgangskode: 'Rød cykel 28', 'Bekræft adgangskode': 'Rød cykel 28' });
  await button(page, 'Gem adgangskode').click();
  await headed(page, 'Adgangskoden er ændret');
  await see('reset-done', page);
  await page.goto(reset);
  await headed(page, 'Linket gælder ikke længere');
  await see('reset-dead', page);
  await page.goto('/demo/mails');
  await see('mailbox', page);
  await page.getByRole('link', { name: 'Ny adgangskode' }).first().click();
  await see('mail', page);
}

/** Pages that send the browser on at once are held, so that they can be looked at. */
async function stayingAtDepartures(page, walk) {
  const hold = async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const body = await response.text();
    await route.fulfill({ response, body: body.replace(/<meta http-equiv="refresh"[^>]*>/, '') });
  };
  const isPage = (url) => !url.pathname.startsWith('/assets/');
  await page.route(isPage, hold);
  await walk();
  await page.unroute(isPage, hold);
}
