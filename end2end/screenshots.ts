// `SCREENSHOTS=FOLDER npm run screenshots`: a picture of every page with something on it, wide and
// narrow, light and dark.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { CHROMIUM, expect, test } from './fixtures';

const folder = resolve(process.env.SCREENSHOTS ?? 'results/screenshots');
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
const ANSWER = `I added the **opening hours** and a small map. What changed:

| File | Change |
|---|---|
| \`site/index.html\` | a section *Visit us* with the hours |
| \`site/style.css\` | two columns on wide screens |

1. Monday to Friday, 9 to 18
2. Saturday, 10 to 16

\`\`\`css
.hours { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
\`\`\`

Shall I also add a page for the [spring harvest](https://example.org/harvest)?`;

test.setTimeout(240_000);
test.use({ serverOptions: { environment: CHROMIUM } });
mkdirSync(folder, { recursive: true });

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${size} ${colorScheme}`, () => {
      test.use({ viewport, colorScheme, hasTouch: size === 'narrow', expected: /./ });

      const picture = (name: string) => join(folder, `${name}-${size}-${colorScheme}.jpg`);
      const shoot = async (page: Page, name: string) => {
        await page.waitForTimeout(600);
        await page.screenshot({ path: picture(name), type: 'jpeg', quality: 72 });
      };

      test('pages of a stranger', async ({ page, server }) => {
        await page.goto('/setup');
        await shoot(page, 'setup');
        await server.createAccount('owner@example.org');
        await page.goto('/sign-in');
        await shoot(page, 'sign-in');
        await page.getByLabel('E-mail').fill('owner@example.org');
        await page.getByLabel('Password').fill('wrong password');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.getByRole('alert')).toContainText(/password/i);
        await shoot(page, 'sign-in-refused');
        await page.goto('/join#secret');
        await shoot(page, 'join');
        await page.goto('/nowhere');
        await shoot(page, 'not-found');
      });

      test('pages of an owner', async ({ home, api, openBrowser, server }) => {
        const workspace = home.url();
        const narrow = size === 'narrow';
        await shoot(home, 'workspace-empty');
        await home.goto(`${workspace}/deployments`);
        await shoot(home, 'deployments-empty');

        const bakery = await api.createProject('Bakery on the corner');
        const baking = await api.createSession(bakery);
        await api.send(baking, 'Make a one-page website for a bakery, in warm colours');
        await api.idle(baking);
        const shop = await api.createProject('Tea shop');
        const session = await api.createSession(shop);
        await api.send(session, 'Create a tea shop website');
        await api.idle(session);
        await api.send(session, 'Call it Green Leaf and make it darker');
        await api.idle(session);
        const asking = await api.createSession(shop, 'ask');
        await api.send(asking, 'Add a page about our harvest in spring');
        await home.goto(`${workspace}/deployments`);
        await expect(home.getByText('Everything checked')).toHaveCount(2, { timeout: 60_000 });

        await home.goto(workspace);
        await shoot(home, 'workspace');
        if (narrow) {
          await home.getByRole('button', { name: 'Menu', exact: true }).click();
          await shoot(home, 'drawer');
        } else {
          await home.getByRole('button', { name: 'Account menu' }).click();
          await shoot(home, 'account-menu');
        }
        await home.goto(`${workspace}/projects/${shop}`);
        await shoot(home, 'project');
        await home.getByRole('button', { name: 'Edit' }).click();
        await shoot(home, 'dialog');
        await home.goto(`${workspace}/deployments`);
        await shoot(home, 'deployments');
        await home.getByText('2 releases').click();
        await shoot(home, 'deployments-releases');
        await home.goto(`${workspace}/settings`);
        await home.getByRole('button', { name: 'Make invitation' }).click();
        await shoot(home, 'settings');
        await home.goto('/workspaces');
        await shoot(home, 'workspaces');
        await home.goto('/account');
        await home.getByRole('textbox', { name: 'Name' }).fill('Laptop');
        await home.getByRole('checkbox', { name: /sessions:read/ }).check();
        await home.getByRole('button', { name: 'Make token' }).click();
        await home.getByText(/^tmb_\w+$/).scrollIntoViewIfNeeded();
        await shoot(home, 'account');

        await home.goto(`${workspace}/sessions/${asking}`);
        await home.getByRole('button', { name: 'Allow' }).waitFor();
        await shoot(home, 'session-permission');
        await home.goto(`${workspace}/sessions/${session}`);
        await shoot(home, 'session');
        const list = home.getByRole('log', { name: 'Messages' });
        await list.evaluate((it) => it.scrollTo(0, -it.scrollHeight));
        await list.getByText(/^\d steps?$/).first().click();
        await shoot(home, 'session-steps');
        const parts = narrow
          ? home.getByRole('navigation', { name: 'Parts of the session' }).getByRole('button')
          : home.getByRole('tab');
        for (const part of await parts.all()) {
          const name = (await part.textContent())!.toLowerCase();
          await part.click();
          await home.waitForTimeout(1_500);
          await shoot(home, `session-${name === 'sites' ? 'deployments' : name}`);
        }
        if (narrow) await parts.first().click();
        await home.locator('input[type=file]').setInputFiles(
          ['pdf', 'png', 'docx'].map((kind) => `../crates/documents/tests/samples/willow.${kind}`),
        );
        await expect(home.getByText(/^(PDF|Image|Word), /)).toHaveCount(3);
        await shoot(home, 'session-files');
        await home.keyboard.press('Control+k');
        await home.getByRole('combobox', { name: 'Go to, or do' }).waitFor();
        await shoot(home, 'commands');
        await home.keyboard.press('Escape');
        await home.getByRole('button', { name: 'More', exact: true }).click();
        await home.getByRole('button', { name: 'Share a link…' }).click();
        await home.getByRole('button', { name: 'Make link' }).click();
        const link = (await home.locator('.shown-once code').textContent())!;
        await shoot(home, 'share');
        await home.keyboard.press('Escape');
        const open = async (words: string) => {
          const session = await api.createSession(shop);
          await home.goto(`${workspace}/sessions/${session}`);
          await api.send(session, words);
        };
        await open(`[[say ${ANSWER}]]`);
        await home.getByRole('link', { name: 'spring harvest' }).waitFor();
        await shoot(home, 'session-answer');
        await open('Change the colours to green [[fail]]');
        await home.getByText(/^Failed\. /).waitFor();
        await shoot(home, 'session-failed');
        await open('Which colours suit us? [[question]]');
        await home.getByRole('button', { name: 'Answer' }).waitFor();
        await shoot(home, 'session-question');
        await open('[[slow 200]]');
        await home.getByText('word20').first().waitFor();
        await shoot(home, 'session-working');

        await server.createAccount('stranger@example.org');
        const stranger = await openBrowser('stranger@example.org');
        await stranger.goto(`${workspace}/sessions/${session}`);
        await shoot(stranger, 'foreign');
        await stranger.goto(link);
        await stranger.getByRole('article').first().waitFor();
        await shoot(stranger, 'shared');
      });
    });
  }
}
