import { expect, test } from '../fixtures';

test('roll back to an earlier release, and forward again @phone', async ({ home, api, context }) => {
  const session = await api.createSession(await api.createProject('Tea shop'));
  for (const message of ['Create a tea shop website', 'Call it Green Leaf']) {
    await api.send(session, message);
    await api.idle(session);
  }
  await home.goto(`${home.url()}/deployments`);
  const address = await home.getByRole('link', { name: /^http:/ }).getAttribute('href');
  const site = await context.newPage();
  await site.goto(address!);
  await expect(site).toHaveTitle(/Green Leaf/);

  await home.getByText('2 releases').click();
  const release = (number: number) =>
    home.getByRole('listitem').filter({ has: home.getByText(`r${number}`, { exact: true }) }).last();
  const rollBack = async (number: number) => {
    await release(number).getByRole('button', { name: 'Roll back' }).first().click();
    const question = home.getByRole('dialog', { name: `Make release ${number} live again?` });
    await question.getByRole('button', { name: 'Roll back' }).click();
    await expect(home.getByText(`Release ${number} is live again.`)).toBeVisible();
  };
  await rollBack(1);
  await site.reload();
  await expect(site).toHaveTitle(/Tea Shop/);

  await rollBack(2);
  await site.reload();
  await expect(site).toHaveTitle(/Green Leaf/);
});

test('a site that was removed is not offered in the chat any more', async ({ home, api }) => {
  const session = await api.createSession(await api.createProject('Tea shop'));
  await api.send(session, 'Create a tea shop website');
  await api.idle(session);
  const workspace = home.url();
  await home.goto(`${workspace}/deployments`);
  await home.getByRole('button', { name: 'Remove site' }).click();
  await home.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(home.getByText('Nothing published yet')).toBeVisible();
  await home.goto(`${workspace}/sessions/${session}`);
  const card = home.getByRole('region', { name: 'Site published' });
  await expect(card.getByText('This site was removed.')).toBeVisible();
  await expect(card.getByRole('link', { name: 'Open' })).toHaveCount(0);
});
