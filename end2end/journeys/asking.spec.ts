// The agent asks, and a person decides.

import { expect, say, test } from '../fixtures';

test.beforeEach(async ({ home, api }) => {
  const session = await api.createSession(await api.createProject('Questions'), 'ask');
  await home.goto(`${home.url()}/sessions/${session}`);
});

test('permission allowed @phone', async ({ home }) => {
  await say(home, '[[ask Bash]]');
  const card = home.getByRole('region', { name: 'Permission request' });
  await expect(card).toContainText('May the agent do this?');
  await expect(home.getByText('Waiting for you')).toBeVisible();
  await card.getByRole('button', { name: 'Allow' }).click();
  await expect(card).toContainText('Allowed.');
  await expect(home.getByText('Thank you.')).toBeVisible();
  await home.reload();
  await expect(card).toContainText('Allowed.');
});

test('permission denied, with a reason @phone', async ({ home }) => {
  await say(home, '[[ask Bash]]');
  const card = home.getByRole('region', { name: 'Permission request' });
  await card.getByLabel('Why not').fill('Not on a Friday');
  await card.getByRole('button', { name: 'Deny' }).click();
  await expect(card).toContainText('Denied: Not on a Friday');
  await expect(home.getByText('Then I leave it.')).toBeVisible();
});

test('permission asked before each file is written', async ({ home }) => {
  await say(home, 'Create a tea shop website');
  const cards = home.getByRole('region', { name: 'Permission request' });
  for (const file of ['style.css', 'favicon.svg', 'index.html', '404.html', 'summary.md']) {
    await expect(cards.last()).toContainText(file);
    await cards.last().getByRole('button', { name: 'Allow' }).click();
  }
  await expect(home.getByRole('region', { name: 'Site published' })).toBeVisible({ timeout: 20_000 });
  await expect(cards).toHaveCount(5);
});

test('question answered @phone', async ({ home }) => {
  await say(home, '[[question]]');
  const card = home.getByRole('region', { name: 'Question from the agent' });
  await expect(card.getByRole('group', { name: 'Which colour do you like?' })).toBeVisible();
  const answer = card.getByRole('button', { name: 'Answer' });
  await expect(answer).toBeDisabled();
  await card.getByRole('button', { name: 'Green' }).click();
  await answer.click();
  await expect(home.getByText('You chose Green.')).toBeVisible();
  await expect(card.getByRole('definition')).toHaveText('Green');
});

test('question that nobody answers: the turn is stopped', async ({ home }) => {
  await say(home, '[[question]]');
  const card = home.getByRole('region', { name: 'Question from the agent' });
  await expect(card.getByRole('button', { name: 'Answer' })).toBeVisible();
  await home.getByRole('button', { name: 'Stop' }).click();
  await expect(card).toContainText('The agent stopped before anybody answered.');
  await expect(home.getByText('Ready')).toBeVisible();
});
