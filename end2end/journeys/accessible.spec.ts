import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';

// No serious finding on any page, in any colours; and every page comes to life when it is opened
// directly, which the console would complain of otherwise.
for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    // What moves for ever cannot be waited for.
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test(`accessible: pages of a stranger, ${colorScheme} @phone`, async ({ page, server }) => {
      await page.goto('/setup');
      await check(page);
      await server.createAccount('owner@example.org');
      await page.goto('/sign-in');
      await check(page);
      await page.goto('/join#secret');
      await check(page);
    });

    test(`accessible: an empty workspace, ${colorScheme} @phone`, async ({ home }) => {
      const workspace = home.url();
      for (const path of ['', '/deployments', '/settings']) {
        await home.goto(workspace + path);
        await check(home);
      }
      await home.goto('/workspaces');
      await check(home);
      await home.goto('/account');
      await check(home);
    });

    test(`accessible: a workspace at work, ${colorScheme} @phone`, async ({ home, api, isMobile }) => {
      test.setTimeout(120_000);
      const workspace = home.url();
      const project = await api.createProject('Tea shop');
      const session = await api.createSession(project);
      await api.send(session, 'Create a tea shop website');
      await api.idle(session);
      await api.send(session, '[[ask Bash]]');
      for (const path of ['', `/projects/${project}`, '/deployments', '/settings']) {
        await home.goto(workspace + path);
        await check(home);
      }
      await home.goto(`${workspace}/sessions/${session}`);
      await expect(home.getByRole('button', { name: 'Allow' })).toBeVisible();
      await check(home);
      await home.getByRole('button', { name: 'Allow' }).click();
      const parts = isMobile
        ? home.getByRole('navigation', { name: 'Parts of the session' }).getByRole('button')
        : home.getByRole('tab');
      for (const part of await parts.all()) {
        await part.click();
        await check(home);
      }
    });

    test(`accessible: files, commands, a shared session, ${colorScheme} @phone`, async ({ home, api }) => {
      test.setTimeout(120_000);
      const session = await api.createSession(await api.createProject('Tea shop'));
      await api.send(session, '[[say Tea from the hills]]');
      await api.idle(session);
      await home.goto(`${home.url()}/sessions/${session}`);
      await home.locator('input[type=file]').setInputFiles(
        ['pdf', 'png'].map((kind) => `../crates/documents/tests/samples/willow.${kind}`),
      );
      await expect(home.getByText(/^(PDF|Image), /)).toHaveCount(2);
      await check(home);
      await home.keyboard.press('Control+k');
      await home.getByRole('combobox', { name: 'Go to, or do' }).waitFor();
      await check(home);
      await home.keyboard.press('Escape');
      await home.getByRole('button', { name: 'More', exact: true }).click();
      await check(home);
      await home.getByRole('button', { name: 'Share a link…' }).click();
      await home.getByRole('button', { name: 'Make link' }).click();
      const link = (await home.locator('.shown-once code').textContent())!;
      await check(home);
      await home.goto(link);
      await home.getByText('Tea from the hills', { exact: true }).waitFor();
      await check(home);
    });
  });
}

async function check(page: Page): Promise<void> {
  // What published sites look like is their own affair.
  const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }));
  expect.soft(serious, page.url()).toEqual([]);
}
