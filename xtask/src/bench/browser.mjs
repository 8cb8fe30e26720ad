// Loads pages in a fresh browser and prints the bytes that each took, by kind, as JSON:
// [{ sign_in: { html, wasm, … }, session: { … }, both: { … } }, …]
//
// node browser.mjs URL SESSION-PATH ROUNDS, with Playwright in the working folder's node_modules.

import { createRequire } from 'node:module';
import { join } from 'node:path';

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

// Opens a page that counts what comes from the server itself; a preview's site is not the product.
async function openPage(context) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  const kinds = new Map();
  const bytes = {};
  network.on('Network.responseReceived', ({ requestId, response, type }) => {
    if (new URL(response.url).origin !== url) return;
    const isWasm = response.mimeType === 'application/wasm';
    kinds.set(requestId, isWasm ? 'wasm' : (KINDS[type] ?? 'data'));
  });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
  });
  await network.send('Network.enable');
  return { page, bytes };
}

async function measure(browser) {
  const context = await browser.newContext();
  const { page, bytes } = await openPage(context);
  await page.goto(`${url}/sign-in?next=${encodeURIComponent(session)}`);
  await page.waitForLoadState('networkidle');
  const sign_in = { ...bytes };
  await page.getByLabel('E-mail').fill(BENCH_EMAIL);
  await page.getByLabel('Password').fill(BENCH_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(url + session);
  await page.getByRole('log', { name: 'Messages' }).waitFor();
  await page.waitForLoadState('networkidle');
  const storageState = await context.storageState();
  await context.close();

  // Signed in, but with an empty cache.
  const other = await browser.newContext({ storageState });
  const cold = await openPage(other);
  await cold.page.goto(url + session);
  await cold.page.waitForLoadState('networkidle');
  await other.close();
  return { sign_in, session: cold.bytes, both: bytes };
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: quiet });
const all = [];
for (let round = 0; round < Number(rounds); round += 1) all.push(await measure(browser));
await browser.close();
console.log(JSON.stringify(all));
