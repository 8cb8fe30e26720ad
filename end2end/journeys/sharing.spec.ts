import { expect, say, test } from '../fixtures';

const PATIENT = { timeout: 20_000 };

test.beforeEach(async ({ home, api }) => {
  const session = await api.createSession(await api.createProject('Sharing'));
  await home.goto(`${home.url()}/sessions/${session}`);
  await say(home, '[[say Tea from the hills]]');
  await expect(home.getByText('Tea from the hills', { exact: true })).toBeVisible(PATIENT);
});

test.describe('a shared link', () => {
  test.use({ expected: /404/ });

  test('is read by a browser that is not signed in, and dead after it was revoked @phone', async ({ home, openBrowser }) => {
    await home.getByRole('button', { name: 'More' }).click();
    await home.getByRole('button', { name: 'Share a link…' }).click();
    await home.getByRole('button', { name: 'Make link' }).click();
    const link = (await home.locator('.shown-once code').textContent())!;

    const stranger = await openBrowser();
    await stranger.goto(link);
    await expect(stranger.getByText('Tea from the hills', { exact: true })).toBeVisible(PATIENT);
    await expect(stranger.getByText('Read-only')).toBeVisible();
    await expect(stranger.getByLabel('Message to the agent')).toHaveCount(0);

    await home.getByRole('button', { name: 'Revoke' }).click();
    await expect(home.getByRole('button', { name: 'Revoke' })).toHaveCount(0);
    await expect(home.locator('.shown-once')).toHaveCount(0);
    await stranger.reload();
    await expect(stranger.getByText('This link has ended or was taken back.')).toBeVisible();
  });
});

test('a message is changed and asked again in a branch', async ({ home }) => {
  const before = home.url();
  await home.getByRole('button', { name: 'Change and ask again' }).click();
  await home.getByLabel('Message', { exact: true }).fill('[[say Coffee instead]]');
  await home.getByRole('button', { name: 'Send as a branch' }).click();
  await expect(home.getByText('Coffee instead', { exact: true })).toBeVisible(PATIENT);
  expect(home.url()).not.toBe(before);
  await expect(home.getByText('Tea from the hills', { exact: true })).toHaveCount(0);
  await home.goto(before);
  await expect(home.getByText('Tea from the hills', { exact: true })).toBeVisible();
});

test('the chat and the source are downloaded', async ({ home }) => {
  for (const [line, name] of [['Chat as Markdown', /\.md$/], ['Source as .zip', /\.zip$/]] as const) {
    await home.getByRole('button', { name: 'More' }).click();
    const coming = home.waitForEvent('download');
    await home.getByRole('link', { name: line }).click();
    expect((await coming).suggestedFilename()).toMatch(name);
  }
});
