// Runs one journey against a running server: `node run.mjs NAME PORTAL SIMULATOR`.
// Journeys are the files journey-NAME.mjs. Ends with 1, and says why, when one fails. Mails are read in the
// demonstration's mailbox, or in the directory that PATIENTPORTAL_OUTBOX names.

import { Demo } from './demo.mjs';

const [name, portal, simulator] = process.argv.slice(2);
if (!simulator) {
  console.error('usage: node run.mjs NAME PORTAL SIMULATOR (addresses without a slash at the end)');
  process.exit(2);
}

const { journey } = await import(`./journey-${name}.mjs`);
const demo = await Demo.open({ portal, simulator });
let failure;
try {
  await journey(demo);
} catch (error) {
  failure = error;
  console.error(`${name} failed: ${error.stack}`);
  await tellWhereTheyStand();
}
for (const fault of demo.faults) console.error(`${name}: ${fault}`);
await demo.close();
if (failure || demo.faults.length > 0) process.exit(1);
console.log(`${name}: passed`);

async function tellWhereTheyStand() {
  for (const page of demo.pages.filter((page) => !page.isClosed())) {
    const text = await page.locator('body').innerText({ timeout: 1000 }).catch(() => '(no text)');
    console.error(`--- ${page.url()}\n${text.slice(0, 1500)}\n---`);
  }
}
