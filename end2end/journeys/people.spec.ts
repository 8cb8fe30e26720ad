import { expect, PASSWORD, test } from '../fixtures';

test.describe('strangers', () => {
  test.use({ expected: /status of 404/ });

  test('a second account sees nothing of a foreign workspace', async ({ home, api, openBrowser, server }) => {
    const project = await api.createProject('Secret plans');
    const session = await api.createSession(project);
    const workspace = home.url();
    await server.createAccount('stranger@example.org');
    const stranger = await openBrowser('stranger@example.org');
    for (const path of ['', '/deployments', '/settings', `/projects/${project}`, `/sessions/${session}`]) {
      const answer = await stranger.goto(workspace + path);
      expect(answer?.status(), path).toBe(404);
      await expect(stranger.getByRole('alert').getByRole('heading', { name: 'Not found' }).first()).toBeVisible();
      expect(await stranger.content()).not.toContain('Secret plans');
      await expect(stranger.getByLabel('Message to the agent')).toHaveCount(0);
    }
  });

  test('a page that does not exist says so', async ({ home }) => {
    const answer = await home.goto('/nowhere');
    expect(answer?.status()).toBe(404);
    await expect(home.getByRole('heading', { name: 'There is no page here' })).toBeVisible();
  });
});

test('an invitation: who joins as a viewer reads, and cannot write @phone', async ({ home, api, openBrowser }) => {
  const session = await api.createSession(await api.createProject('Tea shop'));
  await api.send(session, '[[say Nothing to hide]]');
  await api.idle(session);
  const workspace = home.url();
  await home.goto(`${workspace}/settings`);
  await home.getByLabel('Role of the invited person').selectOption('Viewer');
  await home.getByRole('button', { name: 'Make invitation' }).click();
  const link = await home.getByText(/\/join#/).innerText();

  const guest = await openBrowser();
  await guest.goto(link);
  await guest.getByLabel('E-mail').fill('guest@example.org');
  await guest.getByLabel('Password').fill(PASSWORD);
  await guest.getByRole('button', { name: 'Join' }).click();
  await expect(guest).toHaveURL(workspace);
  await expect(guest.getByText('You can read everything here.')).toBeVisible();
  await expect(guest.getByRole('button', { name: 'Build' })).toHaveCount(0);

  await guest.goto(`${workspace}/sessions/${session}`);
  await expect(guest.getByText('Nothing to hide', { exact: true })).toBeVisible();
  await expect(guest.getByLabel('Message to the agent')).toHaveCount(0);
  await expect(guest.getByText('You can read this session.')).toBeVisible();

  await home.reload();
  await expect(home.getByLabel('Role of guest@example.org')).toHaveValue('Viewer');
});

test.describe('a link that was used', () => {
  test.use({ expected: /status of 4\d\d/ });

  test('an invitation works once', async ({ home, openBrowser }) => {
    await home.goto(`${home.url()}/settings`);
    await home.getByRole('button', { name: 'Make invitation' }).click();
    const link = await home.getByText(/\/join#/).innerText();
    for (const name of ['first', 'second']) {
      const guest = await openBrowser();
      await guest.goto(link);
      await guest.getByLabel('E-mail').fill(`${name}@example.org`);
      await guest.getByLabel('Password').fill(PASSWORD);
      await guest.getByRole('button', { name: 'Join' }).click();
      if (name === 'first') await expect(guest).toHaveURL(/\/w\//);
      else await expect(guest.getByRole('alert')).toContainText(/invitation/i);
    }
  });
});
