import { expect, say, test } from '../fixtures';

const PATIENT = { timeout: 20_000 };

test('preview: what it reloads is no page on the way back', async ({ home }) => {
  const start = home.url();
  await home.getByRole('textbox', { name: 'What do you want to build?' }).fill('Create a tea shop website');
  await home.getByRole('button', { name: 'Build' }).click();
  const chat = home.getByRole('log', { name: 'Messages' });
  await expect(chat.getByRole('region', { name: 'Site published' })).toBeVisible(PATIENT);
  await say(home, 'Call it Green Leaf');
  await expect(chat.getByRole('region', { name: 'Site updated' })).toBeVisible(PATIENT);
  const preview = home.frameLocator('iframe:visible').first();
  await expect(preview.getByText('Green Leaf').first()).toBeVisible(PATIENT);
  await home.goBack();
  await expect(home).toHaveURL(start);
});
