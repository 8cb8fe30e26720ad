import { expect, say, test } from '../fixtures';

test.beforeEach(async ({ home, api }) => {
  const session = await api.createSession(await api.createProject('Tea shop'));
  await api.send(session, '[[say Good morning]]');
  await api.idle(session);
  await home.goto(`${home.url()}/sessions/${session}`);
});

test('terminal: typed into and resized', async ({ home }) => {
  await home.getByRole('tab', { name: 'Shell' }).click();
  const shell = home.getByRole('region', { name: 'Shell in the project' });
  const screen = shell.locator('.xterm-rows');
  await expect(screen).toContainText('$');
  await shell.locator('.xterm').click();
  await home.keyboard.type('echo hi-$((40+2))\n');
  await expect(screen).toContainText('hi-42');

  const size = async () => {
    await home.keyboard.type('clear; echo "<$(stty size)>"\n');
    // The screen is cleared at some moment in between: what is seen is read at once.
    let seen: RegExpExecArray | null = null;
    await expect.poll(async () => (seen = /<(\d+) (\d+)>/.exec(await screen.innerText()))).not.toBeNull();
    return seen!.slice(1).map(Number) as [number, number];
  };
  const [rows, columns] = await size();
  await home.setViewportSize({ width: 1000, height: 700 });
  await expect.poll(async () => {
    const [fewer, narrower] = await size();
    return fewer < rows && narrower < columns;
  }).toBe(true);
});

test('terminal: what was on the screen is there after a reload', async ({ home }) => {
  await home.getByRole('tab', { name: 'Shell' }).click();
  const screen = home.locator('.xterm-rows');
  await expect(screen).toContainText('$');
  await home.locator('.xterm').click();
  await home.keyboard.type('echo kept-$((40+2))\n');
  await expect(screen).toContainText('kept-42');
  await home.reload();
  await home.getByRole('tab', { name: 'Shell' }).click();
  await expect(screen).toContainText('kept-42');
});

test('terminal: the agent\'s transcript is live @phone', async ({ home, isMobile }) => {
  const terminal = isMobile
    ? home.getByRole('button', { name: 'Terminal' })
    : home.getByRole('tab', { name: 'Terminal' });
  await terminal.click();
  const screen = home.getByRole('region', { name: 'The agent\'s transcript' }).locator('.xterm-rows');
  await expect(screen).toContainText('Good morning');
  if (isMobile) await home.getByRole('button', { name: 'Chat' }).click();
  await say(home, '[[say And good night]]');
  await terminal.click();
  await expect(screen).toContainText('And good night');
});
