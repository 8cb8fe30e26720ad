import { expect, OWNER, PASSWORD, test } from '../fixtures';

test.describe('sign-in', () => {
  test.use({ expected: /status of 401/ });

  test('sign-in: refused, then accepted, and on to where one wanted to go @phone', async ({ page, server }) => {
    await server.createAccount(OWNER);
    await page.goto('/account');
    await expect(page).toHaveURL('/sign-in?next=%2Faccount');

    await page.getByLabel('E-mail').fill(OWNER);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText(/password/i);
    await expect(page).toHaveURL('/sign-in?next=%2Faccount');

    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL('/account');
    await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
  });
});

test('sign-in: a link cannot lead to another website', async ({ page, server }) => {
  await server.createAccount(OWNER);
  await page.goto('/sign-in?next=//example.org/');
  await page.getByLabel('E-mail').fill(OWNER);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/w\//);
  expect(new URL(page.url()).origin).toBe(server.url);
});

test('sign-out: leads to sign-in, and the way back is closed', async ({ home }) => {
  const page = home;
  const inside = page.url();
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  await page.goto(inside);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});
