// Loads pages in a fresh browser and prints the bytes that each took, by kind, as JSON:
// [{ sign_in: { html, wasm, … }, session: { … }, both: { … } }, …]
//
// node browser.mjs URL SESSION-PATH ROUNDS, with Playwright in the working folder's node_modules.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const { chromium } = createRequire(join(process.cwd(), 'index.js'))('@playwright/test');

const [url, session, rounds] = process.argv.slice(2);
const { CHROMIUM, BENCH_EMAIL, BENCH_PASSWORD } = process.env;

// What Chromium would otherwise ask of the network, or of a machine without a screen.
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const KINDS = { Document: 'html', Stylesheet: 'css', Script: 'js', Font: 'font', Image: 'image' };

// Milliseconds without a request after which a page has loaded, and within which it must have.
const QUIET = 500;
const PATIENCE = 30_000;

// Opens a page that counts what comes from the server itself; a preview's site is not the product.
async function openPage(context) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  const open = new Map();
  const bytes = {};
  let changed = Date.now();
  network.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    changed = Date.now();
    if (new URL(request.url).origin === url) open.set(requestId, KINDS[type] ?? 'data');
  });
  network.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.status >= 400) throw new Error(`status ${response.status} of ${response.url}`);
    if (response.mimeType === 'application/wasm') open.set(requestId, 'wasm');
  });
  const end = ({ requestId, encodedDataLength = 0 }) => {
    changed = Date.now();
    const kind = open.get(requestId);
    if (kind) bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
    open.delete(requestId);
  };
  network.on('Network.loadingFinished', end);
  network.on('Network.loadingFailed', end);
  await network.send('Network.enable');

  // Waits until nothing more is loading.
  const loaded = async () => {
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(50)) {
      if (open.size === 0 && Date.now() - changed > QUIET) return;
    }
    throw new Error(`${page.url()} is still loading after ${PATIENCE} ms`);
  };
  return { page, bytes, loaded };
}

async function measure(browser) {
  const context = await browser.newContext();
  const { page, bytes, loaded } = await openPage(context);
  await page.goto(`${url}/sign-in?next=${encodeURIComponent(session)}`);
  await loaded();
  const sign_in = { ...bytes };
  await page.getByLabel('E-mail').fill(BENCH_EMAIL);
  await page.getByLabel('Password').fill(BENCH_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(url + session);
  await page.getByRole('log', { name: 'Messages' }).waitFor();
  await loaded();
  const storageState = await context.storageState();
  await context.close();

  // Signed in, but with an empty cache.
  const other = await browser.newContext({ storageState });
  const cold = await openPage(other);
  await cold.page.goto(url + session);
  await cold.loaded();
  await other.close();
  return { sign_in, session: cold.bytes, both: bytes };
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: quiet });
const all = [];
for (let round = 0; round < Number(rounds); round += 1) all.push(await measure(browser));
await browser.close();
console.log(JSON.stringify(all));
