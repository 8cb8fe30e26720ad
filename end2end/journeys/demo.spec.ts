// The demo agent keeps to what every agent is told: one site a project, names that nothing else has, and word
// in the summary for whoever goes on.

import { expect, test } from '../fixtures';

test('demo: each session updates the project’s site, and the summary says where it is', async ({ home, api }) => {
  const workspace = home.url();
  const build = async (project: string) => {
    const session = await api.createSession(project);
    await api.send(session, 'Create a tea shop website');
    await api.idle(session);
    await home.goto(`${workspace}/sessions/${session}`);
  };
  const card = (title: string) => home.getByRole('region', { name: title });

  const project = await api.createProject('Tea Shop');
  await build(project);
  await expect(card('Site published')).toBeVisible();
  await build(project);
  await expect(card('Site updated')).toContainText('Release 2');
  await build(await api.createProject('Tea Shop'));
  await expect(card('Site published')).toBeVisible();

  const urls = (await api.deployments()).map(({ url }) => url);
  expect(new Set(urls).size).toBe(2);
  await home.goto(workspace);
  const lines = home.getByRole('region', { name: 'Summary' }).getByRole('listitem');
  await expect(lines).toHaveCount(2);
  for (const url of urls) await expect(lines.filter({ hasText: url })).toHaveCount(1);
});
