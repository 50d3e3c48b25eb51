// An adult creates an account, and logs in with MitID and with the security code (R1, R4, L1, L3, L9).

import { clinics } from './demo.mjs';
import { headed, isLoggedIn, link, logInWithCode, logInWithMitid, logOut, readMail, register, says } from './pages.mjs';
import { nancy } from './persons.mjs';

export async function journey(demo) {
  const page = await demo.visitor();
  await register(page, clinics.automatic, nancy);
  await says(page, 'Din bruger er oprettet');
  await readMail(page, nancy, 'Din bruger er oprettet');
  await logOut(page);
  await says(page, 'Luk alle browserens vinduer');

  await page.goto(`/${clinics.automatic}`);
  await logInWithMitid(page, nancy);
  await headed(page, 'Clinea Lægeklinik');
  await logOut(page);

  await page.goto(`/${clinics.automatic}`);
  await logInWithCode(page, nancy);
  await link(page, 'Åbn Tidsbestilling').click();
  await headed(page, 'Tidsbestilling');
  await isLoggedIn(page, nancy);
  await logOut(page);

  // What was logged out stays out, also for who goes back (L9).
  await page.goto(`/${clinics.automatic}/start`);
  await page.getByRole('heading', { name: 'Log ind med MitID' }).waitFor();
}
