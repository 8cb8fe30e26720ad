import { CHROMIUM, expect, test } from '../fixtures';

test.use({ serverOptions: { environment: CHROMIUM } });

test('a broken link is found, repaired by the agent and found good @phone', async ({ home }) => {
  const page = home;
  const asked = '[[broken link]] Create a tea shop website';
  await page.getByRole('textbox', { name: 'What do you want to build?' }).fill(asked);
  await page.getByLabel('What the agent may do without asking').selectOption('Accept edits');
  await page.getByRole('button', { name: 'Build' }).click();

  const chat = page.getByRole('log', { name: 'Messages' });
  const published = chat.getByRole('region', { name: 'Site published' });
  await expect(published.getByText(/^1 error in/)).toBeVisible({ timeout: 30_000 });
  await published.getByText('What was found').click();
  await expect(published.getByText(/leads nowhere/)).toBeVisible();

  const sent = chat.getByText('Sent to the agent: 1 finding');
  await sent.click();
  await expect(chat.getByText(/^The check of the published site found:/)).toBeVisible();

  const updated = chat.getByRole('region', { name: 'Site updated' });
  await expect(updated.getByText(/^Everything checked:/)).toBeVisible({ timeout: 30_000 });
  for (const [screen, width] of [['on a wide screen', 1440], ['on a phone', 390]] as const) {
    const picture = updated.getByRole('img', { name: `The site ${screen}` });
    await picture.scrollIntoViewIfNeeded();
    await expect(picture).toHaveJSProperty('complete', true);
    await expect(picture).toHaveJSProperty('naturalWidth', width);
  }

  const workspace = new URL(page.url()).pathname.match(/^\/w\/[^/]+/)![0];
  await page.goto(`${workspace}/deployments`);
  await expect(page.getByText(/^Everything checked:/)).toBeVisible();
  await expect(page.getByRole('img', { name: 'The site on a wide screen' })).toBeVisible();
  await page.goto(workspace);
  await expect(page.getByRole('img', { name: 'The site on a wide screen' })).toBeVisible();
});
