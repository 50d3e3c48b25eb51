// The browser, and visitors in it. Whatever a visitor's browser complains of becomes a fault of the journey.

import { chromium } from 'playwright-core';

import { flawsOfHeaders } from './checks.mjs';

/** Where the demo's clinics are, by how one registers there. */
export const clinics = { automatic: 'clinea', approval: 'skovby', off: 'havnely' };

/** A running demo and the browser that visits it. */
export class Demo {
  /** `addresses`: `portal` and `simulator`, without a slash at the end. */
  static async open(addresses) {
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
    return new Demo(browser, addresses);
  }

  constructor(browser, addresses) {
    this.browser = browser;
    this.addresses = addresses;
    this.origins = new Set(Object.values(addresses).map((address) => new URL(address).origin));
    this.faults = [];
    this.pages = [];
  }

  /** A new visitor: a browser of its own, without cookies. Gives its first page. */
  async visitor({ width = 1280, script = true, locale = 'da-DK' } = {}) {
    const context = await this.browser.newContext({
      baseURL: this.addresses.portal,
      javaScriptEnabled: script,
      locale,
      timezoneId: 'Europe/Copenhagen',
      viewport: { width, height: width < 600 ? 844 : 800 },
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE);
    this.#watch(context);
    return context.newPage();
  }

  async close() {
    await this.browser.close();
  }

  #watch(context) {
    const documents = new Set();
    context.on('page', (page) => this.pages.push(page));
    context.on('request', (request) => {
      if (request.isNavigationRequest()) documents.add(request.url());
      const { origin } = new URL(request.url());
      if (!this.origins.has(origin)) this.faults.push(`a request left for ${origin}: ${request.url()}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 500) this.faults.push(`${response.status()} from ${response.url()}`);
      if (!this.#isPageOfPortal(response)) return;
      for (const flaw of flawsOfHeaders(response.headers())) this.faults.push(`${response.url()}: ${flaw}`);
    });
    context.on('weberror', (error) => this.faults.push(`script error: ${error.error()}`));
    context.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // Chromium notes each page that is answered with 4xx; an asset so answered is a fault.
      const { url } = message.location();
      if (message.text().startsWith('Failed to load resource: the server responded') && documents.has(url)) return;
      // A mail's part is shut off from every script, also from the clock that a journey sets.
      if (message.text().startsWith('Blocked script execution') && /\/demo\/mails\/\d+\/html$/.test(url)) return;
      this.faults.push(`console ${message.type()} on ${url}: ${message.text()}`);
    });
  }

  /** The mailbox belongs to the demonstration: its mails have styles of their own. */
  #isPageOfPortal(response) {
    const { origin, pathname } = new URL(response.url());
    const isPortal = origin === new URL(this.addresses.portal).origin && !pathname.startsWith('/demo/');
    return isPortal && response.request().isNavigationRequest();
  }
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long one step may take, in milliseconds, before it counts as failed. */
const PATIENCE = 20_000;
