// The main job, hosted on AWS: the setting `hosting` is the only difference.

import { CHROMIUM, expect, say, test as base } from '../fixtures';
import { Ministack } from '../ministack';

const PATIENT = { timeout: 60_000 };

const test = base.extend<{ aws: Ministack }>({
  aws: async ({}, use) => {
    const aws = await Ministack.start();
    await use(aws);
    await aws.stop();
  },
  serverOptions: async ({ aws }, use) => use({
    environment: { ...CHROMIUM, ...aws.environment, TMUX_BUILDER_HOSTING: 'aws' },
  }),
});

test.setTimeout(240_000);

test('aws: from one sentence to the site on CloudFront, back, and away without a trace', async ({ home, aws, context, server }) => {
  await aws.route(context);
  await home.getByRole('textbox', { name: 'What do you want to build?' }).fill('Create a tea shop website');
  await home.getByLabel('What the agent may do without asking').selectOption('Accept edits');
  await home.getByRole('button', { name: 'Build' }).click();
  const chat = home.getByRole('log', { name: 'Messages' });
  const card = chat.getByRole('region', { name: 'Site published' });
  await expect(card).toBeVisible(PATIENT);
  // The release was looked at here, before CloudFront has spread it.
  await expect(card.getByText(/^Everything checked: 2 pages/)).toBeVisible(PATIENT);
  await expect(card.getByRole('img', { name: 'The site on a wide screen' })).toHaveJSProperty('naturalWidth', 1440);

  const arriving = context.waitForEvent('page');
  await card.getByRole('link', { name: 'Open' }).click();
  const site = await arriving;
  await expect(site).toHaveURL(/^https:\/\/[a-z0-9]+\.cloudfront\.net\//);
  await expect(site).toHaveTitle(/Tea Shop/);
  await expect(home.getByRole('status').getByText('Ready')).toBeVisible(PATIENT);

  await say(home, 'Call it Green Leaf');
  await expect(chat.getByRole('region', { name: 'Site updated' })).toBeVisible(PATIENT);
  await site.reload();
  await expect(site).toHaveTitle(/Green Leaf/);

  await home.goto(home.url().replace(/\/sessions\/.*/, '/deployments'));
  const row = home.getByRole('main').getByRole('listitem').filter({ hasText: 'cloudfront.net' }).first();
  await expect(row.getByText('Live', { exact: true }).first()).toBeVisible(PATIENT);
  await home.getByText('Cloud resources').click();
  for (const kind of ['Bucket', 'Distribution', 'User']) {
    await expect(home.getByText(kind, { exact: true })).toBeVisible();
  }

  await row.getByText('2 releases').click();
  await row.getByRole('button', { name: 'Roll back' }).click();
  const question = home.getByRole('dialog', { name: 'Make release 1 live again?' });
  await question.getByRole('button', { name: 'Roll back' }).click();
  await expect(home.getByText('Release 1 is live again.')).toBeVisible(PATIENT);
  await site.reload();
  await expect(site).toHaveTitle(/Tea Shop/);
  await site.close();

  await row.getByRole('button', { name: 'Remove site' }).click();
  const removal = home.getByRole('dialog', { name: 'Remove this site?' });
  await removal.getByRole('button', { name: 'Remove' }).click();
  await expect(home.getByText('Nothing published yet')).toBeVisible(PATIENT);
  expect(await server.execute(['ledger', 'verify'])).toContain('agree');
});
