// The patient's own page: a session ended from another browser, an e-mail and password changed, the data fetched, the
// account closed, and the number registered anew (A7, F2).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { barriers, fitsItsWidth } from './checks.mjs';
import { clinics } from './demo.mjs';
import { button, fill, headed, isLoggedIn, link, logInWithCode, readMail, register, says } from './pages.mjs';
import { nancy } from './persons.mjs';

const NEW_PASSWORD = 'Rød trappe 93';

export async function journey(demo) {
  const page = await demo.visitor({ width: 390 });
  await register(page, clinics.automatic, nancy);
  await readMail(page, nancy, 'Din bruger er oprettet');
  await endsAnotherSession(page, await demo.visitor());
  await changesPassword(page, await demo.visitor());
  await readsHistory(page);
  await speaksEnglish(page);
  await fetchesData(await demo.visitor());
  await closesAndRegistersAnew(page);
}

async function endsAnotherSession(page, other) {
  await other.goto(`/${clinics.automatic}`);
  await logInWithCode(other, nancy);
  await link(page, 'Din side').click();
  await headed(page, 'Din side');
  await says(page, 'Et andet sted');
  await says(page, 'med adgangskode og kode');
  await looksGood('own page', page);
  await button(page, 'Log ud dér').click();
  await says(page, 'Du er logget ud det andet sted');
  await other.reload();
  await says(other, 'Du er blevet logget ud');
}

async function changesPassword(page, other) {
  await link(page, 'Vælg ny adgangskode').click();
  await headed(page, 'Vælg ny adgangskode');
  await fill(page, { Adgangskode: 'kort', 'Bekræft adgangskode': 'kort' });
  await button(page, 'Gem').click();
  await page.getByText('Noget mangler eller passer ikke').waitFor();
  await looksGood('own form with a problem', page);
  await fill(page, { Adgangskode: NEW_PASSWORD, 'Bekræft adgangskode': NEW_PASSWORD });
  await button(page, 'Gem').click();
  await says(page, 'Din adgangskode er ændret');
  await readMail(page, nancy, 'Din adgangskode er ændret');
  await other.goto(`/${clinics.automatic}`);
  await logInWithCode(other, nancy, NEW_PASSWORD);
}

async function readsHistory(page) {
  await link(page, 'Se historikken').click();
  await headed(page, 'Hvad der er sket');
  for (const entry of ['Bruger oprettet', 'Logget ind med sikkerhedskode', 'Adgangskode ændret']) await says(page, entry);
  await looksGood('history', page);
  await link(page, 'Tilbage til din side').click();
}

async function speaksEnglish(page) {
  await button(page, 'English').click();
  await headed(page, 'Your page');
  await looksGood('own page in English', page);
  await button(page, 'Dansk').click();
  await headed(page, 'Din side');
}

async function fetchesData(page) {
  await page.goto(`/${clinics.automatic}`);
  await logInWithCode(page, nancy, NEW_PASSWORD);
  await link(page, 'Din side').click();
  await link(page, 'Hent dine oplysninger').click();
  await fill(page, { 'Din adgangskode nu': NEW_PASSWORD });
  const download = page.waitForEvent('download');
  await button(page, 'Hent dine oplysninger').click();
  const file = await download;
  assert.equal(file.suggestedFilename(), 'mine-oplysninger.json');
  const data = JSON.parse(await readFile(await file.path(), 'utf8'));
  assert.equal(data.person.cpr, nancy.cpr.replace('-', ''));
  assert.equal(data.history.at(-1).event, 'DataFetched');
}

async function closesAndRegistersAnew(page) {
  await link(page, 'Luk din bruger').click();
  await headed(page, 'Luk din bruger?');
  await looksGood('close', page);
  await button(page, 'Luk min bruger').click();
  await says(page, 'Din bruger er lukket');
  await readMail(page, nancy, 'Din bruger er lukket');
  await register(page, clinics.automatic, nancy);
  await isLoggedIn(page, nancy);
  await says(page, 'Din bruger er oprettet');
}

async function looksGood(name, page) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
  assert.deepEqual(await barriers(name, page), []);
  await fitsItsWidth(name, page);
}
