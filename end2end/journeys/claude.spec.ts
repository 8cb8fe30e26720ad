// The main job with the real Claude CLI, which talks to our own stand-in for its API.

import { claudeWith } from '../claude';
import type { Answer } from '../claude-stub';
import { expect, say } from '../fixtures';

const PATIENT = { timeout: 30_000 };
const WORDS = Array.from({ length: 60 }, (_, index) => `word${index + 1}`).join(' ');
const PAGE = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<meta name="description" content="Tea from the hills"><link rel="icon" href="data:,">
<title>Tea Shop</title><h1>Tea Shop</h1>`;

// What the model was told by people.
const told: string[] = [];

function script(message: string, system: string): Answer[] {
  told.push(message);
  if (message.includes('as you were told')) return asTold(system);
  const file = /<uploaded-file name="([^"]*)" path="([^"]*)"/.exec(message);
  if (file) return fromFile(file[2]);
  if (message.includes('tea shop')) {
    const write = { name: 'Write', input: { file_path: 'site/index.html', content: PAGE } };
    const deploy = { name: 'mcp__tmux-builder__deploy_site', input: { directory: 'site' } };
    return [
      { text: 'I write the page first.', tool: write },
      { text: 'Now I publish it.', tool: deploy },
      { text: 'Your tea shop is online.' },
    ];
  }
  if (message.includes('command')) {
    const tool = { name: 'Bash', input: { command: 'touch made-by-claude', description: 'Make a file' } };
    return [{ text: 'I need to run something.', tool }, { text: 'That was all.' }];
  }
  return [{ text: WORDS, pace: 100 }];
}

// Publishes as the system prompt says: it names the site of which an UPDATE is to be made, if any.
function asTold(system: string): Answer[] {
  const site = /publish an UPDATE: pass that id/.test(system) && /\(id `([0-9a-f-]{36})`\)/.exec(system)?.[1];
  const write = { name: 'Write', input: { file_path: 'site/index.html', content: PAGE } };
  const input = site ? { directory: 'site', site } : { directory: 'site' };
  const deploy = { name: 'mcp__tmux-builder__deploy_site', input };
  return [
    { text: 'I write the page.', tool: write },
    { text: 'I publish it.', tool: deploy },
    { text: 'I did as I was told.' },
  ];
}

// Looks at the file that came along, then makes a site of it.
function fromFile(path: string): Answer[] {
  const read = { name: 'Read', input: { file_path: path } };
  const write = { name: 'Write', input: { file_path: 'site/index.html', content: PAGE } };
  const deploy = { name: 'mcp__tmux-builder__deploy_site', input: { directory: 'site' } };
  return [
    { text: 'I look at the file.', tool: read },
    { text: 'I write the page.', tool: write },
    { text: 'Now I publish it.', tool: deploy },
    { text: 'The site of the file is online.' },
  ];
}

const claude = claudeWith(script);

// The server is killed.
claude.use({ expected: /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection/ });

claude('claude: the tea shop from one sentence to the opened site', async ({ home, context }) => {
  await home.getByRole('textbox', { name: 'What do you want to build?' }).fill('Create a tea shop website');
  await home.getByRole('button', { name: 'Build' }).click();
  const chat = home.getByRole('log', { name: 'Messages' });
  await expect(chat.getByText('I write the page first.')).toBeVisible(PATIENT);
  const card = chat.getByRole('region', { name: 'Site published' });
  await expect(card).toBeVisible(PATIENT);
  await expect(chat.getByText('Your tea shop is online.')).toBeVisible(PATIENT);
  await expect(home.getByText('Claude Code').first()).toBeVisible();
  await expect(home.getByText('Demo agent')).toHaveCount(0);
  const arriving = context.waitForEvent('page');
  await card.getByRole('link', { name: 'Open' }).click();
  await expect((await arriving).getByRole('heading', { name: 'Tea Shop' })).toBeVisible();
});

for (const [answer, outcome] of [['Allow', 'Allowed.'], ['Deny', 'Denied.']] as const) {
  claude(`claude: permission, ${outcome.toLowerCase()}`, async ({ home, api }) => {
    const session = await api.createSession(await api.createProject('Commands'), 'ask');
    await home.goto(`${home.url()}/sessions/${session}`);
    await say(home, 'Run a command');
    const card = home.getByRole('region', { name: 'Permission request' });
    await expect(card).toContainText('touch made-by-claude', PATIENT);
    await card.getByRole('button', { name: answer }).click();
    await expect(card).toContainText(outcome);
    await expect(home.getByText('That was all.')).toBeVisible(PATIENT);
  });
}

claude('claude: kill -9 of the server in mid-answer', async ({ home, api, server }) => {
  const session = await api.createSession(await api.createProject('Words'));
  await home.goto(`${home.url()}/sessions/${session}`);
  await say(home, 'Tell me something long');
  await expect(home.getByText('word10')).toBeVisible(PATIENT);
  await server.kill();
  await server.restart();
  await expect(home.getByText(WORDS, { exact: true })).toHaveCount(1, PATIENT);
  await api.idle(session);
  const answers = (await api.messages(session)).filter(({ role }) => role === 'assistant');
  expect(answers.map(({ content }) => content)).toEqual([WORDS]);
});

const GIVEN = [
  ['willow.png', 'Analyze this image and create a website based on what you see', 'image'],
  ['willow.pdf', 'Read this PDF and create a website based on its contents', 'document'],
] as const;

for (const [name, instruction, seen] of GIVEN) {
  claude(`claude: upload & build of ${name}`, async ({ home, api, stub }) => {
    const session = await api.createSession(await api.createProject('Files'));
    await home.goto(`${home.url()}/sessions/${session}`);
    await home.locator('input[type=file]').setInputFiles(`../crates/documents/tests/samples/${name}`);
    await home.getByRole('button', { name: 'Upload & Build' }).click();
    await expect(home.getByText('The site of the file is online.')).toBeVisible(PATIENT);
    await expect(home.getByRole('region', { name: 'Permission request' })).toHaveCount(0);
    const message = told.findLast((it) => it.includes(name))!;
    expect(message).toContain(instruction);
    if (name.endsWith('.pdf')) expect(message).toContain('Willow Bakery');
    // The model saw the file itself, which the CLI has read at the path that it was told.
    expect(stub.seen.has(seen), [...stub.seen].join()).toBe(true);
  });
}

claude('claude: what it was told decides between NEW and UPDATE, and no two sites share a name', async ({ home, api }) => {
  const workspace = home.url();
  const project = await api.createProject('Told');
  for (const [of, title] of [
    [project, 'Site published'],
    [project, 'Site updated'],
    [await api.createProject('Told'), 'Site published'],
  ]) {
    await home.goto(`${workspace}/sessions/${await api.createSession(of)}`);
    await say(home, 'Write the page again, as you were told');
    await expect(home.getByRole('region', { name: title })).toBeVisible(PATIENT);
    await expect(home.getByText('I did as I was told.')).toBeVisible(PATIENT);
  }
  const urls = (await api.deployments()).map(({ url }) => url);
  expect(new Set(urls).size).toBe(2);
  for (const url of urls) expect(url).toMatch(/^http:\/\/tmux-[0-9a-f]{12}-told(-2)?-\d{8}-\d{6}(-\d+)?\.localhost/);
});
