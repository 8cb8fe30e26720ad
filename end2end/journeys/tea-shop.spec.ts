import { expect, test } from '../fixtures';

// At a pace at which a person sees words arrive.
test.use({ serverOptions: { speed: 2 } });

test('tea shop: from one sentence to the opened site @phone', async ({ home, context, isMobile }) => {
  const page = home;
  await page.getByRole('textbox', { name: 'What do you want to build?' }).fill('Create a tea shop website');
  await page.getByLabel('What the agent may do without asking').selectOption('Accept edits');
  await page.getByRole('button', { name: 'Build' }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/sessions\//);

  const chat = page.getByRole('log', { name: 'Messages' });
  await expect(chat.getByText('Create a tea shop website')).toBeVisible();

  // Words arrive one by one: some are there while the answer is still being written.
  const growing = chat.locator('[aria-busy=true]');
  await expect(growing).toContainText('I am the scripted demo agent');
  await expect(growing).not.toContainText('and publish it');
  await expect(chat).toContainText('and publish it');

  const steps = chat.getByText(/^\d steps?$/);
  const step = chat.getByText('index.html');
  await expect(steps.first()).toBeVisible();
  await expect(step.first()).toBeHidden();

  const card = chat.getByRole('region', { name: 'Site published' });
  await expect(card).toBeVisible({ timeout: 20_000 });
  await expect(chat).toContainText('Your site is live');
  await expect(page.getByRole('status').getByText('Ready')).toBeVisible();

  await steps.first().click();
  await expect(chat.getByText(/index\.html$/).first()).toBeVisible();

  const arriving = context.waitForEvent('page');
  await card.getByRole('link', { name: 'Open' }).click();
  const site = await arriving;
  await expect(site).toHaveURL(/^http:\/\/[a-z0-9-]+\.localhost:\d+\//);
  await expect(site.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(site).toHaveTitle(/Tea Shop/);
  await site.close();

  if (isMobile) await page.getByRole('button', { name: 'Preview' }).click();
  const preview = page.frameLocator('iframe.front');
  await expect(preview.getByText('Tea Shop').first()).toBeVisible();

  await page.goto(page.url().replace(/\/sessions\/.*/, '/deployments'));
  const deployments = page.getByRole('main').getByRole('listitem').filter({ hasText: 'localhost' });
  await expect(deployments).toHaveCount(1);
  await expect(deployments).toContainText('1 release');
  await expect(deployments.getByRole('link', { name: 'Open' })).toBeVisible();
});
