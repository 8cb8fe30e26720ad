// What a reload, a restart and a crash do to an answer that is being written: nothing.

import type { Page } from '@playwright/test';

import type { Api } from '../api';
import { alive, expect, say, test } from '../fixtures';

const WORDS = 60;
// As long as [[slow 60]] takes, and a start of the server.
const SLOWLY = { timeout: 30_000 };

// The connection is lost, and looked for again.
test.use({ expected: /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection/ });

test('reload in mid-answer @phone', async ({ home, api }) => {
  const session = await start(home, api);
  await home.reload();
  await ends(home, api, session);
});

test('restart of the server in mid-answer @phone', async ({ home, api, server }) => {
  const session = await start(home, api);
  await server.stop();
  await expect(home.getByText('Reconnecting…').first()).toBeVisible();
  await say(home, '[[say Thank you, it was a pleasure]]');
  await expect(home.getByText('Kept here until the connection is back').first()).toBeVisible();
  await server.restart();
  await ends(home, api, session);
  // What was written meanwhile is sent once, and answered.
  await expect(home.getByText('Thank you, it was a pleasure', { exact: true })).toBeVisible(SLOWLY);
  const sent = (await api.messages(session)).filter(({ role }) => role === 'user');
  expect(sent).toHaveLength(2);
});

test('kill -9 of the server in mid-answer @phone', async ({ home, api, server }) => {
  const session = await start(home, api);
  await server.kill();
  await server.restart();
  await ends(home, api, session);
});

test('kill -9 of the server, and a page that is opened only afterwards', async ({ home, api, server }) => {
  const session = await start(home, api);
  const address = home.url();
  await home.goto('about:blank');
  await server.kill();
  await server.restart();
  await home.goto(address);
  await ends(home, api, session);
});

// Opens a session whose agent is in the middle of its answer.
async function start(page: Page, api: Api): Promise<string> {
  const session = await api.createSession(await api.createProject('Words'));
  await page.goto(`${page.url()}/sessions/${session}`);
  await say(page, `[[slow ${WORDS}]]`);
  await expect(page.getByText('word10')).toBeVisible(SLOWLY);
  return session;
}

// The answer goes on to its end, in the page and in the store, whole and once.
async function ends(page: Page, api: Api, session: string): Promise<void> {
  await alive(page);
  const text = Array.from({ length: WORDS }, (_, index) => `word${index + 1}`).join(' ');
  await expect(page.getByText(text, { exact: true })).toHaveCount(1, SLOWLY);
  await expect(page.getByRole('log').getByText('word7')).toHaveCount(1);
  const answers = async () => {
    const messages = await api.messages(session);
    return messages.map(({ content }) => content).filter((content) => content.includes('word7 '));
  };
  await expect.poll(answers).toEqual([text]);
}
