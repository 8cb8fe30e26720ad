import type { Page } from '@playwright/test';

import { expect, OWNER, say, test } from '../fixtures';

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
  await expect(other.getByRole('log').getByText('[[slow 40]]', { exact: true })).toBeVisible();
  await expect(other.getByText('word5')).toBeVisible(EMPTY);
  await expect(other.locator('[aria-busy=true]')).toBeVisible();
  await expect(other.getByText('word40')).toBeVisible(EMPTY);
  await say(other, '[[say From the other side]]');
  await expect(home.getByText('From the other side', { exact: true })).toBeVisible();
  const [here, there] = await Promise.all([home, other].map(texts));
  expect(there).toEqual(here);
});

test('a message arrives exactly as it was written', async ({ home, api }) => {
  const lines = ['[[echo]]  "quotes" \'and\' `ticks`; $HOME \\ back', '/slash !bang 🍵 ünï', '', '\tlast <b>line</b>'];
  const text = lines.join('\n');
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
  await expect.poll(() => home.evaluate(() => Object.values(localStorage))).toContain('[[say Half a thought]]');
  await home.reload();
  await expect(box).toHaveValue('[[say Half a thought]]');
  await home.getByRole('button', { name: 'Send' }).click();
  await expect(home.getByText('Half a thought', { exact: true })).toBeVisible(EMPTY);
  await home.reload();
  await expect(box).toHaveValue('');
});

test('the box grows with a message, and is small again once it is sent @phone', async ({ home }) => {
  const box = home.getByLabel('Message to the agent');
  const height = () => box.evaluate((element) => element.clientHeight);
  const empty = await height();
  await box.fill('[[echo]]\nMany\nlines\nof\ntext');
  await expect.poll(height).toBeGreaterThan(2 * empty);
  await box.press('Enter');
  await expect(box).toHaveValue('');
  await expect.poll(height).toBe(empty);
});

test('an empty message is refused, and says why', async ({ home }) => {
  await home.getByRole('button', { name: 'Send' }).click();
  await expect(home.getByLabel('Message to the agent')).toHaveAttribute('aria-invalid', 'true');
});

test('an agent that ends is started again by the next message', async ({ home }) => {
  await say(home, '[[exit 3]]');
  const list = home.getByRole('log', { name: 'Messages' });
  await expect(list.getByText(/exit status 3/)).toBeVisible(EMPTY);
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

  const articles = list.getByRole('article');
  let loads = 0;
  for (; (await list.getByText('answer 1', { exact: true }).count()) === 0; loads += 1) {
    const count = await articles.count();
    // Near the start, where older messages begin to load; what is on the screen stays where it is.
    const anchor = await list.evaluate(scrollNearStart);
    await expect.poll(() => articles.count()).toBeGreaterThan(count);
    const { y } = (await list.getByText(anchor.text, { exact: true }).boundingBox())!;
    expect(Math.abs(y - anchor.y), `${anchor.text} does not jump`).toBeLessThanOrEqual(1);
  }
  expect(loads).toBeGreaterThan(0);
  await list.hover();
  // A turn of the wheel ends where the list ended when it came.
  await expect(async () => {
    await home.mouse.wheel(0, -100_000);
    await expect(list.getByText('answer 1', { exact: true })).toBeInViewport({ timeout: 1_000 });
  }).toPass();
  await home.getByRole('button', { name: 'Jump to newest' }).click();
  await expect(list.getByText('answer 60', { exact: true })).toBeInViewport();
});

// What is said in a chat, without when.
async function texts(page: Page): Promise<string[]> {
  const articles = await page.getByRole('log', { name: 'Messages' }).getByRole('article').allInnerTexts();
  return articles.map((text) => text.replace(/just now|\d+ min ago/g, ''));
}

// Runs in the page: scrolls, and says where an answer on the screen is then.
function scrollNearStart(list: Element): { text: string; y: number } {
  // Laid out from its end: the start has the lowest position.
  list.scrollTop = list.clientHeight - list.scrollHeight + 300;
  const { top } = list.getBoundingClientRect();
  const lines = [...list.querySelectorAll('.prose p')];
  const shown = lines.find((line) => line.getBoundingClientRect().top > top + 200)!;
  return { text: shown.textContent ?? '', y: shown.getBoundingClientRect().top };
}
