// The API for scripts, as one account.

import { expect } from '@playwright/test';

export interface Message {
  sequence: number;
  role: string;
  content: string;
}

export class Api {
  constructor(private readonly url: string, private readonly token: string) {}

  async createProject(name: string): Promise<string> {
    return (await this.post('/api/projects', { name })).project.id;
  }

  async createSession(project: string, policy = 'accept_edits'): Promise<string> {
    return (await this.post('/api/sessions/create', { project_id: project, policy })).session_id;
  }

  async send(session: string, content: string): Promise<void> {
    await this.post(`/api/claude-sessions/${session}/messages`, { content });
  }

  // All messages of a session, oldest first.
  async messages(session: string): Promise<Message[]> {
    const messages: Message[] = [];
    for (;;) {
      const after = messages.at(-1)?.sequence ?? 0;
      const page = await this.call('GET', `/api/claude-sessions/${session}/messages?after=${after}`);
      messages.push(...page.messages);
      if (!page.has_more) return messages;
    }
  }

  async deployments(): Promise<{ url: string }[]> {
    return (await this.call('GET', '/api/deployments')).deployments;
  }

  // The names of the files that agents were given.
  async uploads(): Promise<string[]> {
    const { uploads } = await this.call('GET', '/api/uploads');
    return uploads.map(({ name }: { name: string }) => name);
  }

  // Waits until the agent has answered everything.
  async idle(session: string): Promise<void> {
    const state = async () => {
      const { status } = (await this.call('GET', `/api/sessions/${session}`)).session;
      const isAnswered = (await this.messages(session)).at(-1)?.role !== 'user';
      return isAnswered ? status.state : 'unanswered';
    };
    await expect.poll(state, { timeout: 30_000 }).toBe('idle');
  }

  private post(path: string, body: unknown) {
    return this.call('POST', path, JSON.stringify(body));
  }

  private async call(method: string, path: string, body?: string) {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const answer = await fetch(this.url + path, { method, headers, body });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  }
}
