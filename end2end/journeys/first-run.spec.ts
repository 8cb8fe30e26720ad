import { expect, PASSWORD, test } from '../fixtures';

// Wrong input is refused with this status, which browsers write on the console.
test.use({ expected: /status of 422/ });

test('first run: the printed code makes the owner @phone', async ({ page, server }) => {
  await page.goto('/');
  await expect(page).toHaveURL('/setup');
  await expect(page).toHaveTitle('Welcome · Tmux Builder');

  const code = page.getByLabel('One-time code');
  const email = page.getByLabel('E-mail');
  const password = page.getByLabel('Password');
  const create = page.getByRole('button', { name: 'Create account' });

  await code.fill('AAAA-AAAA-AAAA');
  await email.fill('owner@example.org');
  await password.fill(PASSWORD);
  await create.click();
  await expect(code).toHaveAttribute('aria-invalid', 'true');
  await expect(code).toBeFocused();

  await code.fill(server.setupCode);
  await password.fill('short');
  await create.click();
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(email).toHaveValue('owner@example.org');

  await password.fill(PASSWORD);
  await create.click();
  await expect(page.getByRole('heading', { name: 'What do you want to build?' })).toBeVisible();
  await expect(page.getByText('Demo agent.')).toBeVisible();

  await page.goto('/setup');
  await expect(page).not.toHaveURL('/setup');
});
