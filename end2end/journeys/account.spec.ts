import { expect, OWNER, PASSWORD, test } from '../fixtures';

test('account: a token is shown once, works, and ends when it is revoked', async ({ home, request }) => {
  await home.goto('/account');
  await home.getByRole('textbox', { name: 'Name' }).fill('Laptop');
  await home.getByRole('checkbox', { name: /sessions:read/ }).check();
  await home.getByRole('button', { name: 'Make token' }).click();
  const token = await home.getByText(/^tmb_\w+$/).innerText();
  const workspaces = async () =>
    (await request.get('/api/workspaces', { headers: { authorization: `Bearer ${token}` } })).status();
  expect(await workspaces()).toBe(200);

  await home.reload();
  await expect(home.getByText(token)).toHaveCount(0);
  const row = home.getByRole('listitem').filter({ hasText: 'Laptop' });
  await row.getByRole('button', { name: 'Revoke' }).first().click();
  await home.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(home.getByText('Laptop', { exact: true })).toHaveCount(0);
  expect(await workspaces()).toBe(401);
});

test.describe('another browser', () => {
  test.use({ expected: /status of 401|WebSocket/ });

  test('account: a browser whose sign-in is ended is sent to sign-in', async ({ home, openBrowser }) => {
    const other = await openBrowser(OWNER);
    await other.goto(home.url());
    await home.goto('/account');
    await home.getByRole('button', { name: 'End' }).click();
    await expect(home.getByRole('button', { name: 'End' })).toHaveCount(0);
    await expect(other).toHaveURL(/\/sign-in\?next=/);
  });

  test('account: a new password ends the other sign-ins', async ({ home, openBrowser }) => {
    const other = await openBrowser(OWNER);
    await other.goto(home.url());
    await home.goto('/account');
    await home.getByLabel('Present password').fill(PASSWORD);
    await home.getByLabel('New password').fill(`${PASSWORD} and more`);
    await home.getByRole('button', { name: 'Change password' }).click();
    await expect(home.getByText('Password changed.')).toBeVisible();
    await other.reload();
    await expect(other).toHaveURL(/\/sign-in/);
  });
});

test('themes: chosen, shown at once and kept @phone', async ({ home }) => {
  const paper = () => home.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await home.goto('/account');
  const light = await paper();
  // A page that is left at once takes its choice with it.
  const kept = home.waitForResponse(/set_theme/);
  await home.getByRole('main').getByRole('button', { name: 'Dark' }).click();
  await expect.poll(paper).not.toBe(light);
  await kept;
  const dark = await paper();
  await home.reload();
  expect(await paper()).toBe(dark);
  await expect(home.getByRole('main').getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  await home.getByRole('main').getByRole('button', { name: 'Light' }).click();
  await expect.poll(paper).toBe(light);
});
