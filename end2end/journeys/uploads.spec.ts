import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Locator, Page } from '@playwright/test';

import { expect, say, test } from '../fixtures';

const SAMPLES = join(__dirname, '../../crates/documents/tests/samples');
const PATIENT = { timeout: 30_000 };

test.beforeEach(async ({ home, api }) => {
  const session = await api.createSession(await api.createProject('Bakery'));
  await home.goto(`${home.url()}/sessions/${session}`);
});

for (const name of ['willow.txt', 'willow.pdf', 'willow.doc', 'willow.docx', 'willow.jpg', 'willow.jpeg', 'willow.png']) {
  test(`upload & build: ${name}`, async ({ home, context }) => {
    await choose(home, join(SAMPLES, name));
    const tray = home.getByRole('list', { name: 'Files for the next message' });
    await expect(tray.getByText(name, { exact: true })).toBeVisible();
    await home.getByRole('button', { name: 'Upload & Build' }).click();
    const chat = home.getByRole('log', { name: 'Messages' });
    await expect(chat.getByRole('list', { name: 'Files' }).getByText(name, { exact: true })).toBeVisible(PATIENT);
    await expect(tray).toBeHidden();
    const card = chat.getByRole('region', { name: 'Site published' });
    await expect(card).toBeVisible(PATIENT);
    const arriving = context.waitForEvent('page');
    await card.getByRole('link', { name: 'Open' }).click();
    const site = await arriving;
    await expect(site.getByRole('heading', { level: 1 })).toBeVisible();
    if (!/\.(jpe?g|png)$/.test(name)) await expect(site).toHaveTitle(/Willow Bakery/);
  });
}

test('a file is shown and removed @phone', async ({ home }) => {
  const tray = home.getByRole('list', { name: 'Files for the next message' });
  await choose(home, join(SAMPLES, 'willow.png'));
  await expect(tray.getByText(/^Image, /)).toBeVisible(PATIENT);
  await tray.getByRole('button', { name: 'Remove willow.png' }).click();
  await expect(tray).toBeHidden();
});

test('as many files as a message takes leave the box and its buttons in view @phone', async ({ home }) => {
  const files = Array.from({ length: 10 }, (_, index) => ({
    name: `page-${index}.txt`,
    mimeType: 'text/plain',
    buffer: Buffer.from('Willow Bakery'),
  }));
  await home.locator('input[type=file]').setInputFiles(files);
  await expect(home.getByText(/^Text, /)).toHaveCount(10, PATIENT);
  for (const size of [home.viewportSize()!, { width: 844, height: 390 }, { width: 1024, height: 768 }]) {
    await home.setViewportSize(size);
    await expect(home.getByLabel('Message to the agent')).toBeInViewport({ ratio: 1 });
    for (const name of ['Upload & Build', 'Attach files', 'Send']) {
      await expect(home.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 });
    }
    const { right } = await home.locator('.composer').evaluate((composer) => composer.getBoundingClientRect());
    const send = (await home.getByRole('button', { name: 'Send', exact: true }).boundingBox())!;
    expect(send.x + send.width, `Send is in the composer at ${size.width}`).toBeLessThan(right);
  }
});

test.describe('a file that is refused', () => {
  test.use({ expected: /422/ });

  test('that is no picture has no preview', async ({ home }) => {
    const tray = home.getByRole('list', { name: 'Files for the next message' });
    const fake = { name: 'fake.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('Willow Bakery') };
    await home.locator('input[type=file]').setInputFiles(fake);
    await expect(tray.getByText(/called \.jpg/)).toBeVisible(PATIENT);
    await expect(tray.locator('img')).toHaveCount(0);
  });

  test('says why, and no message goes without it', async ({ home }) => {
    const tray = home.getByRole('list', { name: 'Files for the next message' });
    await chooseContent(home, 'menu.pdf', await readFile(join(SAMPLES, 'willow.png')));
    await expect(tray.getByText(/PNG/)).toBeVisible(PATIENT);
    await home.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(home.getByText('Write a message first.')).toBeVisible();
  });
});

test.describe('a connection that is cut', () => {
  test.use({ expected: /ERR_|Failed to load resource|WebSocket/ });

  test('an upload goes on where it was cut', async ({ home }) => {
    let cut = 0;
    await home.route('**/api/uploads/*', async (route) => {
      if (route.request().method() === 'PATCH' && cut < 2) {
        cut += 1;
        return route.abort('connectionreset');
      }
      return route.continue();
    });
    await chooseContent(home, 'long.txt', Buffer.from('Willow Bakery\n'.repeat(60_000)));
    const tray = home.getByRole('list', { name: 'Files for the next message' });
    await expect(tray.getByText(/^Text, /)).toBeVisible(PATIENT);
    expect(cut).toBe(2);
  });

  test('an upload is given up', async ({ home, api }) => {
    await home.route('**/api/uploads/*', (route) =>
      route.request().method() === 'PATCH' ? undefined : route.continue(),
    );
    await chooseContent(home, 'long.txt', Buffer.from('Willow Bakery\n'.repeat(60_000)));
    const tray = home.getByRole('list', { name: 'Files for the next message' });
    await expect(tray.getByText(/^0 B of /)).toBeVisible();
    await tray.getByRole('button', { name: 'Remove long.txt' }).click();
    await expect(tray).toBeHidden();
    await expect.poll(() => api.uploads()).toEqual([]);
  });
});

test('a picture is pasted, files are dropped on the preview', async ({ home }) => {
  await say(home, '[[say Hello]]');
  await expect(home.getByText('Hello', { exact: true })).toBeVisible();
  await expect(home.getByText('The preview fills as the agent works')).toBeHidden();
  const picture = (await readFile(join(SAMPLES, 'willow.png'))).toString('base64');
  const tray = home.getByRole('list', { name: 'Files for the next message' });
  await home.getByLabel('Message to the agent').evaluate((box, base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }));
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, picture);
  await expect(tray.getByText('pasted.png')).toBeVisible();

  await drop(home, home.getByRole('region', { name: 'Preview' }), ['willow.txt', 'willow.pdf'].map((name) => join(SAMPLES, name)));
  await expect(tray.getByText('willow.txt')).toBeVisible();
  await expect(tray.getByText(/^(Text|Image|PDF), /)).toHaveCount(3, PATIENT);
});

test('a folder is refused with the reason, and a file dropped with it is taken', async ({ home, api }, info) => {
  const folder = info.outputPath('Photos');
  await mkdir(folder);
  await writeFile(join(folder, 'inside.txt'), 'Read by nobody');
  await home.evaluate(() => {
    const watchFolders = ({ dataTransfer }: DragEvent) => {
      for (const item of dataTransfer!.items) {
        const entry = item.webkitGetAsEntry()!;
        const read = () => console.error(`${entry.name} is read`);
        if (entry.isDirectory) Object.assign(Object.getPrototypeOf(entry), { createReader: read });
      }
    };
    window.addEventListener('drop', watchFolders, { capture: true });
  });
  await drop(home, home.getByRole('log', { name: 'Messages' }), [folder, join(SAMPLES, 'willow.txt')]);
  await expect(home.getByRole('alert')).toHaveText(/^“Photos” is a folder\. Choose the files in it/);
  const tray = home.getByRole('list', { name: 'Files for the next message' });
  await expect(tray.getByText(/^Text, /)).toBeVisible(PATIENT);
  await expect(tray.getByRole('listitem')).toHaveCount(1);
  expect(await api.uploads()).toEqual(['willow.txt']);
});

test('what is said is written into the box and not sent', async ({ home }) => {
  await home.addInitScript(() => {
    class Recognition {
      onresult?: (event: unknown) => void;
      onend?: () => void;
      lang = '';
      start() {
        const result = (text: string, isFinal: boolean) => Object.assign([{ transcript: text }], { isFinal });
        setTimeout(() => this.onresult?.({ results: [result('make a tea', false)] }), 50);
        setTimeout(() => this.onresult?.({ results: [result('Make a tea shop', true)] }), 400);
      }
      stop() {
        this.onend?.();
      }
      abort() {}
    }
    Object.assign(window, { webkitSpeechRecognition: Recognition, SpeechRecognition: Recognition });
  });
  await home.reload();
  const box = home.getByLabel('Message to the agent');
  await box.fill('Please:');
  await home.getByRole('button', { name: 'Voice input' }).click();
  await expect(box).toHaveValue('Please: make a tea');
  await expect(box).toHaveValue('Please: Make a tea shop');
  await home.getByLabel('Language of the voice input').selectOption('de-DE');
  await home.getByRole('button', { name: 'Stop voice input' }).click();
  await expect(home.getByRole('button', { name: 'Voice input', exact: true })).toBeVisible();
  await expect(home.getByRole('log', { name: 'Messages' })).not.toContainText('tea shop');
});

async function choose(page: Page, path: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(path);
}

async function chooseContent(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer });
}

// Drags files and folders of this machine over the chat and drops them on `target`, as a file manager does:
// a script cannot make a folder.
async function drop(page: Page, target: Locator, files: string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  const drag = async (type: 'dragEnter' | 'dragOver' | 'drop', over: Locator) => {
    const { x, y, width, height } = (await over.boundingBox())!;
    await devtools.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
  };
  const chat = page.getByRole('log', { name: 'Messages' });
  await drag('dragEnter', chat);
  await drag('dragOver', chat);
  await drag('dragOver', target);
  await drag('drop', target);
  await devtools.detach();
}
