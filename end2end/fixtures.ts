// What every journey has: a server of its own, accounts, and browsers in which nothing goes wrong unseen.

import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

import { Api } from './api';
import { PASSWORD, Server, type ServerOptions } from './server';

export { expect, PASSWORD };

export const OWNER = 'owner@example.org';

// With which a server looks at the sites that it publishes, in the journeys that wait for that.
export const CHROMIUM = { TMUX_BUILDER_CHROMIUM: process.env.CHROMIUM ?? '/usr/bin/chromium' };

interface Fixtures {
  serverOptions: ServerOptions;
  server: Server;
  // What the browser may complain of, because the journey causes it.
  expected: RegExp;
  // Opens one more browser; with an address, signed in as this account.
  openBrowser: (email?: string) => Promise<Page>;
  // The owner's page, on the home of their workspace.
  home: Page;
  // The API, as the owner.
  api: Api;
}

export const test = base.extend<Fixtures>({
  serverOptions: [{}, { option: true }],

  server: async ({ serverOptions }, use, info) => {
    const server = await Server.start(serverOptions);
    await use(server);
    await server.remove();
    if (info.status !== info.expectedStatus) {
      await info.attach('server.log', { body: server.log, contentType: 'text/plain' });
    }
  },

  expected: [/(?!)/, { option: true }],

  context: async ({ context, server, expected }, use) => {
    const complaints = await watch(context, expected);
    await use(context);
    expect(complaints, `what the browser complains of, at ${server.url}`).toEqual([]);
  },

  page: async ({ context }, use) => use(await newPage(context)),

  openBrowser: async ({ browser, server, contextOptions, viewport, userAgent, hasTouch, isMobile, expected }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[][] = [];
    await use(async (email) => {
      const context = await browser.newContext({
        ...contextOptions,
        viewport,
        userAgent,
        hasTouch,
        isMobile,
        baseURL: server.url,
      });
      contexts.push(context);
      complaints.push(await watch(context, expected));
      if (email) await signIn(context, server, email);
      return newPage(context);
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(complaints.flat(), 'what the other browsers complain of').toEqual([]);
  },

  baseURL: async ({ server }, use) => use(server.url),

  home: async ({ context, page, server }, use) => {
    await server.createAccount(OWNER);
    await signIn(context, server, OWNER);
    await page.goto('/');
    await use(page);
  },

  api: async ({ server, home: _account }, use) => {
    await use(new Api(server.url, await server.createToken(OWNER)));
  },
});

// Sends a message to the agent.
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message to the agent').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

// Signs a browser in without its pages.
async function signIn(context: BrowserContext, server: Server, email: string): Promise<void> {
  const form = await (await context.request.get(`${server.url}/sign-in`)).text();
  const action = /<form[^>]* action="([^"]*)"/.exec(form)?.[1];
  const answer = await context.request.post(`${server.url}${action}`, {
    headers: { origin: server.url },
    form: { email, password: PASSWORD, next: '/' },
    maxRedirects: 0,
  });
  expect(answer.status(), await answer.text()).toBeLessThan(400);
}

// Collects everything that a browser's console and network complain of.
async function watch(context: BrowserContext, expected: RegExp): Promise<string[]> {
  const complaints: string[] = [];
  const complain = (text: string) => {
    if (!expected.test(text)) complaints.push(text);
  };
  context.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) {
      complain(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => complain(`uncaught: ${error.error()}`));
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // A page that is left drops what it was loading.
    if (reason !== 'net::ERR_ABORTED') complain(`failed: ${request.url()}: ${reason}`);
  });
  await context.addInitScript(markWhenAlive);
  return complaints;
}

// A page whose `goto` and `reload` wait until it reacts: before, clicks would be lost.
async function newPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const { goto, reload } = page;
  page.goto = async (...parameters) => {
    const answer = await goto.apply(page, parameters);
    // There is none of a page that no server sent.
    if (answer) await alive(page);
    return answer;
  };
  page.reload = async (...parameters) => {
    const answer = await reload.apply(page, parameters);
    await alive(page);
    return answer;
  };
  return page;
}

export async function alive(page: Page): Promise<void> {
  await page.locator('html[data-alive]').waitFor({ state: 'attached', timeout: 30_000 });
}

// Runs in the page: it is alive as soon as all parts of its WebAssembly that it loads have run for
// the first time.
function markWhenAlive() {
  const { instantiateStreaming } = WebAssembly;
  let loading = 0;
  const loaded = () => {
    loading -= 1;
    if (loading === 0) document.documentElement.dataset.alive = '';
  };
  WebAssembly.instantiateStreaming = async (...parameters) => {
    loading += 1;
    try {
      return await instantiateStreaming(...parameters);
    } finally {
      setTimeout(() => setTimeout(loaded));
    }
  };
}
