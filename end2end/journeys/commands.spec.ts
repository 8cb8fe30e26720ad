import { expect, test } from '../fixtures';

test('the command palette leads anywhere', async ({ home, api }) => {
  const project = await api.createProject('Tea Shop');
  await api.createSession(project);
  await home.reload();
  await home.keyboard.press('Control+k');
  const palette = home.getByRole('combobox', { name: 'Go to, or do' });
  await expect(palette).toBeFocused();
  await palette.fill('tea');
  await expect(home.getByRole('option', { name: /Tea Shop/ })).toBeVisible();
  await home.keyboard.press('Enter');
  await expect(home).toHaveURL(/\/projects\//);
  await expect(home.getByRole('heading', { level: 1, name: 'Tea Shop' })).toBeVisible();

  await home.keyboard.press('Control+k');
  await palette.fill('colours dark');
  await home.keyboard.press('Enter');
  await expect(home.locator('html')).toHaveAttribute('data-theme', 'dark');

  await home.keyboard.press('Control+k');
  await palette.fill('nothing is called so');
  await expect(home.getByText('Nothing is called like this.')).toBeVisible();
  await home.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('? lists the keys, but not while somebody types', async ({ home }) => {
  await home.getByRole('textbox', { name: 'What do you want to build?' }).press('?');
  await expect(home.getByRole('dialog', { name: 'Keys' })).toBeHidden();
  await home.getByRole('textbox', { name: 'What do you want to build?' }).blur();
  await home.keyboard.press('?');
  await expect(home.getByRole('dialog', { name: 'Keys' })).toBeVisible();
});

test('the app can be installed', async ({ home, request }) => {
  const href = await home.locator('link[rel=manifest]').getAttribute('href');
  const manifest = await (await request.get(href!)).json();
  expect(manifest.name).toBe('Tmux Builder');
  for (const { src } of manifest.icons) {
    expect((await request.get(src)).status(), src).toBe(200);
  }
});
