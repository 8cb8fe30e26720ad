// What the system prompt and the skills teach, seen in what the real Claude CLI publishes. Its model knows
// nothing by itself here: each command, name and rule is taken from the texts that it was sent. Where those do
// not say it, the model does what comes first to one that was not taught.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { BrowserContext, Page } from '@playwright/test';

import type { Api } from '../api';
import { claudeWith } from '../claude';
import type { Answer, Tool } from '../claude-stub';
import { expect, say } from '../fixtures';

const PATIENT = { timeout: 30_000 };
const LOCAL = 'http://localhost:3000';
const GREEN = 'rgb(4, 120, 87)';

// The tools that the model uses for a message, one after the other. A later one may depend on the results of
// those before, which are empty until they are there.
type Model = (system: string, results: string[]) => Tool[];

const MODELS: Record<string, Model> = {
  'Style it with Tailwind': (system) => {
    const html = page({ link: 'style.css', body: '<h1 class="text-emerald-700">Tea Shop</h1>' });
    return [
      write('tea.html', html),
      write('tea.css', '@tailwind base;\n@tailwind utilities;\n'),
      bash(/`(npm install tailwindcss[^`]*)`/.exec(system)?.[1] ?? 'npm install tailwindcss'),
      bash('npx tailwindcss -i tea.css -o site/style.css --content tea.html'),
      write('site/index.html', html),
      deploy(),
    ];
  },

  'Report as you work': (system) => {
    const command = (stage: string) => new RegExp(`\`(\\S+ ${stage}) "words"\``).exec(system)?.[1] ?? 'echo';
    const summary = /`(\S+)` what you did/.exec(system)?.[1] ?? 'notes.md';
    return [
      bash(`${command('progress')} "Half of the page is written"`),
      bash(`echo "The page sells **green tea**." > ${summary}`),
      bash(`${command('done')} "The page is written"`),
    ];
  },

  'Put it online': (system, [skill = '']) => {
    const address = skill.includes('None names `localhost`') ? '' : `${LOCAL}/`;
    return [
      learn(system, 's3-upload'),
      write('site/style.css', `h1 { color: ${GREEN} }`),
      write('site/index.html', page({ link: `${address}style.css`, body: '<h1>Tea Shop</h1>' })),
      deploy(),
    ];
  },

  'Call it Green Leaf': () => [
    write('site/index.html', page({ body: '<h1>Green Leaf</h1>' })),
    {
      name: 'Task',
      input: {
        description: 'Publish the site',
        prompt: 'Publish the folder site',
        subagent_type: 'tmux-builder:static-deployer',
        run_in_background: false,
      },
    },
  ],

  // Of the agent that the one above gives its work to.
  'Publish the folder site': (rules, [listed]) => [
    ours('list_sites'),
    deploy(/this is an UPDATE of that id/.test(rules) ? first(listed).site : undefined),
  ],

  'Take that back at once': (system, [skill = '', listed]) => {
    const { site, releases } = first(listed);
    const tool = /To take a change back at once, call `(\w+)`/.exec(skill)?.[1] ?? 'list_sites';
    return [
      learn(system, 'cloudfront-invalidate'),
      ours('list_sites'),
      ours(tool, { site, release: Math.min(...releases) }),
    ];
  },

  'Make a second, separate site': (system, [skill = '', listed]) => [
    learn(system, 'cloudfront-create'),
    ours('list_sites'),
    deploy(/with `directory` and without `site`/.test(skill) ? undefined : first(listed).site),
  ],

  'Show the menu': (system, [skill = '', listed]) => {
    const menu = /write its address relative \(`([^`]+)`\)/.exec(skill)?.[1] ?? `${LOCAL}/data/menu.json`;
    const script = `fetch('${menu}').then((it) => it.json()).then((it) => { document.title = it.tea; });`;
    return [
      learn(system, 'cors'),
      ours('list_sites'),
      write('site/data/menu.json', '{"tea":"Sencha"}'),
      write('site/index.html', page({ body: `<h1>Menu</h1><script>${script}</script>` })),
      deploy(first(listed).site),
    ];
  },

  'Check it and publish': (system, [skill = '']) => {
    const has = /Each page has ([^.]*)\./.exec(skill)?.[1] ?? '';
    const parts = [
      ['<!doctype html>', '<!doctype html>'],
      ['`lang`', '<html lang="en">'],
      ['<title>', '<title>Tea Shop</title>'],
      ['description', '<meta name="description" content="Tea from the hills">'],
      ['viewport', '<meta name="viewport" content="width=device-width">'],
      ['icon', '<link rel="icon" href="data:,">'],
    ];
    const head = parts.filter(([part]) => has.includes(part)).map(([, html]) => html);
    return [
      learn(system, 'test-and-verify'),
      write('site/index.html', `${head.join('')}<h1>Tea Shop</h1>`),
      deploy(),
    ];
  },
};

function script(message: string, system: string, results: string[]): Answer[] {
  const [words, model] = Object.entries(MODELS).find(([it]) => message.includes(it)) ?? [];
  const tools = model?.(system, results) ?? [];
  return [...tools.map((tool) => ({ text: 'I go on.', tool })), { text: `Done: ${words}.` }];
}

function page({ link, body }: { link?: string; body: string }): string {
  const style = link ? `<link rel="stylesheet" href="${link}">` : '';
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<meta name="description" content="Tea from the hills"><link rel="icon" href="data:,">${style}
<title>Tea Shop</title>${body}`;
}

function write(path: string, content: string): Tool {
  return { name: 'Write', input: { file_path: path, content } };
}

function bash(command: string): Tool {
  return { name: 'Bash', input: { command, description: 'Do as I was told' } };
}

function ours(tool: string, input = {}): Tool {
  return { name: `mcp__tmux-builder__${tool}`, input };
}

function deploy(site?: string): Tool {
  return ours('deploy_site', { directory: 'site', site });
}

// Reads a skill, by the name that the system prompt says.
function learn(system: string, skill: string): Tool {
  const family = /calls them `(\S+):NAME`/.exec(system)?.[1];
  return { name: 'Skill', input: { skill: `${family}:${skill}` } };
}

// The first of the listed sites.
function first(listed = '{"sites":[]}'): { site: string; releases: number[] } {
  return JSON.parse(listed).sites[0] ?? { site: '', releases: [] };
}

const claude = claudeWith(script);

// Opens a session whose agent asks for nothing.
async function open(home: Page, api: Api): Promise<void> {
  const session = await api.createSession(await api.createProject('Tea Shop'), 'full');
  await home.goto(`${home.url()}/sessions/${session}`);
}

// Lets the agent do something, and waits until it has.
async function order(home: Page, words: keyof typeof MODELS): Promise<void> {
  await say(home, words);
  await expect(home.getByText(`Done: ${words}.`)).toBeVisible(PATIENT);
}

// Opens the site that was published first.
async function visit(api: Api, context: BrowserContext): Promise<Page> {
  const [{ url }] = await api.deployments();
  const site = await context.newPage();
  await site.goto(url);
  return site;
}

claude('claude: as the system prompt says, the styles of a site are made by Tailwind 3', async ({ home, api, context }) => {
  const isOnline = await promisify(execFile)('npm', ['ping']).then(() => true, () => false);
  claude.skip(!isOnline, 'npm does not reach its registry');
  await open(home, api);
  await order(home, 'Style it with Tailwind');
  const site = await visit(api, context);
  await expect(site.getByRole('heading')).toHaveCSS('color', GREEN);
  const css = await site.evaluate(async () => (await fetch('style.css')).text());
  expect(css).toMatch(/tailwindcss v3\./);
});

claude('claude: as the system prompt says, the agent reports and leaves a summary', async ({ home, api }) => {
  const workspace = home.url();
  await open(home, api);
  await order(home, 'Report as you work');
  const chat = home.getByRole('log', { name: 'Messages' });
  await expect(chat.getByText('Half of the page is written', { exact: true })).toBeVisible();
  await expect(chat.getByText('Done: The page is written', { exact: true })).toBeVisible();
  await home.goto(workspace);
  await expect(home.getByRole('region', { name: 'Summary' })).toContainText('The page sells green tea.');
});

claude('claude: as the skills say, sites are published, updated, taken back and kept apart', async ({ home, api, context }) => {
  await open(home, api);
  const card = (title: string) => home.getByRole('region', { name: title });

  await order(home, 'Put it online');
  await expect(card('Site published')).toBeVisible();
  const site = await visit(api, context);
  await expect(site.getByRole('heading', { name: 'Tea Shop' })).toHaveCSS('color', GREEN);

  await order(home, 'Call it Green Leaf');
  await expect(card('Site updated')).toContainText('Release 2');
  await site.reload();
  await expect(site.getByRole('heading', { name: 'Green Leaf' })).toBeVisible();

  await order(home, 'Take that back at once');
  await expect(card('Site rolled back')).toContainText('Release 1');
  await site.reload();
  await expect(site.getByRole('heading', { name: 'Tea Shop' })).toBeVisible();
  expect(await api.deployments()).toHaveLength(1);

  await order(home, 'Make a second, separate site');
  await expect(card('Site published')).toHaveCount(2);
  const urls = (await api.deployments()).map(({ url }) => url);
  expect(new Set(urls).size).toBe(2);
});

claude('claude: as the skills say, pages are checked before they are published and cured after', async ({ home, api, context }) => {
  await open(home, api);
  await order(home, 'Check it and publish');
  const card = home.getByRole('region', { name: 'Site published' });
  await expect(card.getByText(/^Everything checked: 1 page/)).toBeVisible(PATIENT);

  await order(home, 'Show the menu');
  await expect(home.getByRole('region', { name: 'Site updated' })).toBeVisible();
  await expect(await visit(api, context)).toHaveTitle('Sencha');
});
