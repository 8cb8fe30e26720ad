import type { Locator, Page } from '@playwright/test';

import { expect, OWNER, test } from '../fixtures';

const EMPTY = { timeout: 20_000 };

test.beforeEach(async ({ home, api }) => {
  const session = await api.createSession(await api.createProject('Chat'));
  await home.goto(`${home.url()}/sessions/${session}`);
});

test('stop in mid-answer @phone', async ({ home }) => {
  await say(home, '[[slow 200]]');
  await expect(home.getByText('word5')).toBeVisible(EMPTY);
  await home.getByRole('button', { name: 'Stop' }).click();
  await expect(home.getByText('Ready')).toBeVisible();
  await expect(home.getByRole('button', { name: 'Stop' })).toBeHidden();
  // What was written stays, and the next message is answered.
  await expect(home.getByText('word5')).toBeVisible();
  await expect(home.getByText('word200')).toHaveCount(0);
  await say(home, '[[say Here I am again]]');
  await expect(home.getByText('Here I am again', { exact: true })).toBeVisible();
});

test('two browsers on one session @phone', async ({ home, openBrowser }) => {
  const other = await openBrowser(OWNER);
  await other.goto(home.url());
  await say(home, '[[slow 40]]');
  // The other one sees the answer while it is being written, and its end.
  await expect(other.getByText('[[slow 40]]', { exact: true })).toBeVisible();
  await expect(other.getByText('word5')).toBeVisible(EMPTY);
  await expect(other.locator('[aria-busy=true]')).toBeVisible();
  await expect(other.getByText('word40')).toBeVisible(EMPTY);
  await say(other, '[[say From the other side]]');
  await expect(home.getByText('From the other side', { exact: true })).toBeVisible();
  const [here, there] = await Promise.all([home, other].map(texts));
  expect(there).toEqual(here);
});

test('a message arrives exactly as it was written', async ({ home, api }) => {
  const text = ['[[echo]]  "quotes" \'and\' `ticks`; $HOME \\ back', '/slash !bang 🍵 ünï', '', '\tlast <b>line</b>'].join('\n');
  await say(home, text);
  await expect(home.getByText('Delivered')).toBeVisible(EMPTY);
  await expect(home.getByText('Ready')).toBeVisible();
  const session = home.url().split('/').at(-1)!;
  const messages = await api.messages(session);
  expect(messages.map(({ content }) => content)).toEqual([text, text]);
});

test('a draft is kept over a reload, and gone once it is sent @phone', async ({ home }) => {
  const box = home.getByLabel('Message to the agent');
  await box.fill('[[say Half a thought]]');
  await home.waitForTimeout(500);
  await home.reload();
  await expect(box).toHaveValue('[[say Half a thought]]');
  await home.getByRole('button', { name: 'Send' }).click();
  await expect(home.getByText('Half a thought', { exact: true })).toBeVisible(EMPTY);
  await home.reload();
  await expect(box).toHaveValue('');
});

test('an empty message is refused, and says why', async ({ home }) => {
  await home.getByRole('button', { name: 'Send' }).click();
  await expect(home.getByLabel('Message to the agent')).toHaveAttribute('aria-invalid', 'true');
});

test('an agent that ends is started again by the next message', async ({ home }) => {
  await say(home, '[[exit 3]]');
  await expect(home.getByRole('status').getByText(/3/)).toBeVisible(EMPTY);
  await say(home, '[[say Back at work]]');
  await expect(home.getByText('Back at work', { exact: true })).toBeVisible(EMPTY);
});

test('a long history loads as one scrolls, without a jump', async ({ home, api }) => {
  const session = home.url().split('/').at(-1)!;
  for (let number = 1; number <= 60; number += 1) await api.send(session, `[[say answer ${number}]]`);
  await expect.poll(async () => (await api.messages(session)).length, { timeout: 60_000 }).toBe(120);
  await home.reload();

  const list = home.getByRole('log', { name: 'Messages' });
  await expect(list.getByText('answer 60', { exact: true })).toBeInViewport();
  await expect(list.getByText('answer 1', { exact: true })).toHaveCount(0);

  await list.hover();
  const articles = list.getByRole('article');
  for (let turn = 0; turn < 60 && (await list.getByText('answer 1', { exact: true }).count()) === 0; turn += 1) {
    await home.mouse.wheel(0, -400);
    await settled(articles);
    const count = await articles.count();
    const shown = list.getByText(/^answer \d+$/).first();
    const text = (await shown.textContent()) ?? '';
    const before = await top(list.getByText(text, { exact: true }));
    if (before === undefined) continue;
    await settled(articles);
    if ((await articles.count()) > count) {
      const after = await top(list.getByText(text, { exact: true }));
      expect(Math.abs((after ?? 0) - before), `${text} stays where it is`).toBeLessThanOrEqual(2);
    }
  }
  await home.mouse.wheel(0, -100_000);
  await expect(list.getByText('answer 1', { exact: true })).toBeInViewport();
  await home.getByRole('button', { name: 'Jump to newest' }).click();
  await expect(list.getByText('answer 60', { exact: true })).toBeInViewport();
});

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message to the agent').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

// What is said in a chat, without when.
async function texts(page: Page): Promise<string[]> {
  const articles = await page.getByRole('log', { name: 'Messages' }).getByRole('article').allInnerTexts();
  return articles.map((text) => text.replace(/just now|\d+ min ago/g, ''));
}

async function top(line: Locator): Promise<number | undefined> {
  return (await line.boundingBox())?.y;
}

// Waits until the number of messages has stopped changing.
async function settled(articles: Locator): Promise<void> {
  let before = -1;
  await expect.poll(async () => {
    const same = before === (before = await articles.count());
    return same;
  }, { intervals: [60] }).toBe(true);
}
