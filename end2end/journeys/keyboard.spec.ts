import type { Locator } from '@playwright/test';

import { expect, OWNER, PASSWORD, test } from '../fixtures';

test('keyboard only: sign in, ask, stop', async ({ page, server }) => {
  await server.createAccount(OWNER);
  await page.goto('/sign-in');
  const { keyboard } = page;
  // The cursor is in the first field already.
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await keyboard.type(OWNER);
  await keyboard.press('Tab');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');

  await expect(page.getByRole('heading', { name: 'What do you want to build?' })).toBeVisible();
  await keyboard.press('/');
  await keyboard.type('Something to read [[slow 300]]');
  await keyboard.press('Enter');

  await expect(page.getByText('word5')).toBeVisible({ timeout: 20_000 });
  const box = page.getByLabel('Message to the agent');
  await reach(box);
  await keyboard.type('first line');
  await keyboard.press('Shift+Enter');
  await keyboard.type('second line');
  await expect(box).toHaveValue('first line\nsecond line');

  const stop = page.getByRole('button', { name: 'Stop' });
  await reach(stop, 'Shift+Tab');
  await keyboard.press('Enter');
  await expect(page.getByText('Ready')).toBeVisible();

  const preview = page.getByRole('tab', { name: 'Preview' });
  await reach(preview);
  await keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Terminal' })).toBeFocused();
  await expect(page.getByRole('tab', { name: 'Terminal' })).toHaveAttribute('aria-selected', 'true');

  async function reach(target: Locator, key = 'Tab') {
    for (let step = 0; step < 60; step += 1) {
      if (await target.evaluate((it) => it === document.activeElement)) return;
      await keyboard.press(key);
    }
    throw new Error(`${key} does not lead to ${target}`);
  }
});
