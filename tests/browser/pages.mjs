// What a visitor does on the pages, by the words that stand there, and by nothing else.

import { mailsIn } from './outbox.mjs';
import { registrationOf } from './persons.mjs';

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const link = (page, name) => page.getByRole('link', { name, exact: true });
export const field = (page, label) => page.getByLabel(label, { exact: true });

/** Waits until the page has this heading of the first level. */
export const headed = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Waits until this stands on the page. */
export const says = (page, text) => page.getByText(text).first().waitFor();

export async function fill(page, values) {
  for (const [label, value] of Object.entries(values)) await field(page, label).fill(value);
}

/** From a clinic's front page to its registration form, filled in. */
export async function fillRegistration(page, clinic, person) {
  await page.goto(`/${clinic}`);
  await link(page, 'Opret ny bruger').click();
  await headed(page, 'Opret ny bruger');
  await fill(page, registrationOf(person));
}

/** The whole registration, until the start page or the function that was asked for. */
export async function register(page, clinic, person) {
  await fillRegistration(page, clinic, person);
  await button(page, 'Opret bruger').click();
  await confirmWithMitid(page, person);
  await isLoggedIn(page, person);
}

/** One click in the simulator. */
export async function confirmWithMitid(page, person) {
  await page.getByRole('button', { name: person.name }).click();
}

export async function abortAtMitid(page) {
  await button(page, 'Afbryd').click();
}

/** From the front page that is shown. */
export async function logInWithMitid(page, person) {
  await button(page, 'Log ind med MitID').click();
  await confirmWithMitid(page, person);
  await isLoggedIn(page, person);
}

/** From the front page that is shown, to the code page. */
export async function submitPassword(page, person, password = person.password) {
  await fill(page, { 'CPR-nummer': person.cpr, Adgangskode: password });
  await button(page, 'Log ind').click();
}

/** From the front page that is shown: password, then the code from the mailbox. */
export async function logInWithCode(page, person, password = person.password) {
  await submitPassword(page, person, password);
  await headed(page, 'Skriv sikkerhedskoden');
  await submitCode(page, await codeFromMail(page, person));
  await isLoggedIn(page, person);
}

export async function submitCode(page, code) {
  await field(page, 'Sikkerhedskode').fill(code);
  await button(page, 'Log ind').click();
}

export async function isLoggedIn(page, person) {
  await says(page, `Logget ind som ${person.name}`);
}

export async function logOut(page) {
  await button(page, 'Log ud').click();
  await headed(page, 'Du er logget ud');
}

/** The code whose mail has the letters of the code page that is shown, read in another tab. */
export async function codeFromMail(page, person, subject = 'Din sikkerhedskode') {
  const letters = await page.locator('.reference strong').innerText();
  const text = await readMail(page, person, subject, (text) => text.includes(`: ${letters}.`));
  return text.match(/^\d{6}$/m)[0];
}

/** The link in the newest mail with a link. */
export async function linkFromMail(page, person, subject = 'Ny adgangskode') {
  const text = await readMail(page, person, subject);
  return text.match(/^https?:\S+$/m)[0];
}

/** The text of the person's newest mail with this subject that fits, once it has come. */
export async function readMail(page, person, subject, fits = () => true) {
  const read = OUTBOX ? readInOutbox : readInMailbox;
  const text = await read(page, person, subject, fits);
  if (text === undefined) throw new Error(`no fitting mail "${subject}" for ${person.email} in the mailbox`);
  return text;
}

/** In the outbox of a server that is not the demonstration. */
async function readInOutbox(page, person, subject, fits) {
  for (let look = 0; look < LOOKS; look += 1) {
    const mails = mailsIn(OUTBOX).filter((mail) => mail.to.includes(person.email) && mail.subject === subject);
    const mail = mails.find((mail) => fits(mail.text));
    if (mail) return mail.text;
    await page.waitForTimeout(BETWEEN_LOOKS);
  }
  return undefined;
}

/** In the demonstration's mailbox, in a tab of its own. */
async function readInMailbox(page, person, subject, fits) {
  const mailbox = await page.context().newPage();
  await mailbox.goto('/demo/mails');
  for (let look = 0; look < LOOKS; look += 1) {
    const mail = mailbox.getByRole('link').filter({ hasText: subject }).filter({ hasText: person.email });
    if ((await mail.count()) > 0) {
      await mail.first().click();
      const text = await mailbox.locator('pre').innerText();
      if (fits(text)) {
        await mailbox.close();
        return text;
      }
      await mailbox.goBack();
    }
    await mailbox.waitForTimeout(BETWEEN_LOOKS);
    await mailbox.getByRole('link', { name: 'Se efter igen' }).click();
  }
  return undefined;
}

/** The server's outbox, where there is no mailbox among the pages. */
const OUTBOX = process.env.PATIENTPORTAL_OUTBOX;
const LOOKS = 50;
/** In milliseconds. */
const BETWEEN_LOOKS = 200;
