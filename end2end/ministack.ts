// An emulator of AWS for one journey: own port, own state, ends with the journey.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { BrowserContext } from '@playwright/test';

import { freePort } from './server';

const PROGRAM = process.env.TMUX_BUILDER_TEST_MINISTACK ?? '';
// Milliseconds within which it must answer.
const PATIENCE = 60_000;

export class Ministack {
  private constructor(
    private readonly process: ChildProcess,
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Ministack> {
    const folder = await mkdtemp(join(tmpdir(), 'ministack-'));
    const port = await freePort();
    const process_ = spawn(PROGRAM, [], {
      cwd: folder,
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        TMPDIR: folder,
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        AUTH: 'true',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        LOG_LEVEL: 'WARNING',
        STATE_DIR: join(folder, 'state'),
        S3_DATA_DIR: join(folder, 's3'),
      },
    });
    const ministack = new Ministack(process_, port, folder);
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(50)) {
      const answer = await ask(port, '127.0.0.1', '/_ministack/health').catch(() => undefined);
      if (answer?.status === 200) return ministack;
    }
    await ministack.stop();
    throw new Error(`${dirname(PROGRAM)} does not answer within ${PATIENCE} ms`);
  }

  // How the server is told of it.
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${this.port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    };
  }

  // Lets a browser find the distributions, whose addresses lead nowhere here.
  async route(context: BrowserContext): Promise<void> {
    await context.route(/^https:\/\/[^/]+\.cloudfront\.net\//, async (route) => {
      const url = new URL(route.request().url());
      const answer = await ask(this.port, url.host, url.pathname);
      await route.fulfill({ status: answer.status, headers: answer.headers, body: answer.body });
    });
  }

  async stop(): Promise<void> {
    const exit = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exit;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

async function ask(port: number, host: string, path: string): Promise<Answer> {
  const request = get({ host: '127.0.0.1', port, path, headers: { host, 'x-forwarded-proto': 'https' } });
  const [response] = await once(request, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
}
