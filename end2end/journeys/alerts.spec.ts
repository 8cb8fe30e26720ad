import { expect, test } from '../fixtures';

// A browser in which notifications are allowed, and whose tab can be put out of sight.
function observe() {
  const shown: string[] = [];
  class Shown {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title: string, options: NotificationOptions) {
      shown.push(`${title}: ${options.body}`);
    }
    close() {}
  }
  Object.assign(window, { Notification: Shown, shown });
  Object.defineProperty(document, 'hidden', { get: () => 'away' in window });
}

test('an answer, a question and a site are told of while the tab is out of sight', async ({ home, api }) => {
  await home.addInitScript(observe);
  await home.goto('/account');
  const choice = home.getByRole('checkbox', { name: /while this tab is out of sight/ });
  await choice.check();
  await home.reload();
  await expect(choice).toBeChecked();

  const project = await api.createProject('Alerts');
  const session = await api.createSession(project);
  await home.goto('/');
  await home.evaluate(() => Object.assign(window, { away: true }));
  const shown = () => home.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await api.send(session, '[[say Here I am]]');
  await expect.poll(shown).toContainEqual(expect.stringContaining('The agent has answered.'));
  await api.send(session, '[[question]]');
  await expect.poll(shown).toContainEqual(expect.stringContaining('The agent has a question for you.'));

  // Who looks needs no alert.
  await home.evaluate(() => delete (window as { away?: boolean }).away);
  const before = (await shown()).length;
  const other = await api.createSession(project);
  await api.send(other, '[[say Nobody is told]]');
  await api.idle(other);
  expect((await shown()).length).toBe(before);
});
