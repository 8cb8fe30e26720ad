import { readFileSync } from 'node:fs';

import { expect, say, test } from '../fixtures';

const PATIENT = { timeout: 20_000 };

test('all chats are downloaded, and taken in by another project @phone', async ({ home, api }) => {
  const session = await api.createSession(await api.createProject('Tea'));
  await home.goto(`${home.url()}/sessions/${session}`);
  await say(home, '[[say Tea from the hills]]');
  await expect(home.getByText('Tea from the hills', { exact: true })).toBeVisible(PATIENT);
  const workspace = new URL(home.url()).pathname.split('/sessions/')[0];

  await home.goto(`${workspace}/settings`);
  const coming = home.waitForEvent('download');
  await home.getByRole('link', { name: 'Download all chats' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('chat_history.jsonl');
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).content)).toContain('Tea from the hills');
  // As another server would have written it.
  const elsewhere = lines.map((line) => JSON.stringify({ ...JSON.parse(line), session: 'of another server' }));
  const file = (text: string) => ({ name: 'chat_history.jsonl', mimeType: '', buffer: Buffer.from(text) });

  await home.goto(`${workspace}/projects/${await api.createProject('Old shop')}`);
  await home.locator('input[type=file]').setInputFiles(file(elsewhere.join('\n')));
  await expect(home.getByText('1 session imported.')).toBeVisible(PATIENT);
  await home.locator('input[type=file]').setInputFiles(file(elsewhere.join('\n')));
  await expect(home.getByText('1 was here already.')).toBeVisible(PATIENT);
  await home.getByRole('listitem').filter({ hasText: '[[say Tea' }).getByRole('link').first().click();
  await expect(home.getByText('Tea from the hills', { exact: true })).toBeVisible(PATIENT);
  await say(home, '[[say Go on]]');
  await expect(home.getByText('Go on', { exact: true })).toBeVisible(PATIENT);
});

test.describe('what is no history', () => {
  test.use({ expected: /422/ });

  test('is refused with the reason', async ({ home, api }) => {
    await home.goto(`${home.url()}/projects/${await api.createProject('Tea')}`);
    const buffer = Buffer.from('Dear diary');
    await home.locator('input[type=file]').setInputFiles({ name: 'diary.jsonl', mimeType: '', buffer });
    await expect(home.getByText('There is no message in it.')).toBeVisible(PATIENT);
  });
});
