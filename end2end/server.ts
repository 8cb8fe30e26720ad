// The real server in a folder and on ports of its own, which leaves nothing behind.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const PROGRAM = process.env.TMUX_BUILDER_BIN ?? '../target/debug/tmux-builder';
const SITE_ROOT = process.env.TMUX_BUILDER_SITE_ROOT ?? '../target/site/debug';
// Milliseconds within which it must start, and stop.
const PATIENCE = 20_000;

export const PASSWORD = 'correct horse battery staple';
const SCOPES = 'sessions:read,sessions:write,deployments:read,deployments:write,uploads:write';

export interface ServerOptions {
  // How many times faster than at a human pace the demo agent works.
  speed?: number;
  // More words of the command line.
  flags?: string[];
  // More of the environment.
  environment?: Record<string, string>;
}

export class Server {
  readonly data: string;
  // The address of the pages.
  url = '';
  // What it has logged.
  log = '';
  // What the first run asks for.
  setupCode = '';

  private child?: ChildProcess;

  private constructor(
    data: string,
    private readonly sitesPort: number,
    private readonly options: ServerOptions,
  ) {
    this.data = data;
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'tmux-builder-'));
    // Agents may run as another user and must be able to pass through.
    await chmod(data, 0o755);
    const server = new Server(data, await freePort(), options);
    await server.run('127.0.0.1:0');
    return server;
  }

  // Stops as an operator does: agents and shells run on.
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  // Stops as a power cut does.
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  // Starts again, on the same folder and ports.
  async restart(): Promise<void> {
    await this.run(new URL(this.url).host);
  }

  // Stops it and everything that it has started, and removes its folder.
  async remove(): Promise<void> {
    await this.end('SIGTERM');
    await this.killProcesses();
    await rm(this.data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  // Makes an account; an owner has a workspace.
  async createAccount(email: string, role: 'owner' | 'member' = 'owner'): Promise<void> {
    await this.command(['account', 'create', '--email', email, '--role', role], `${PASSWORD}\n`);
  }

  async createToken(email: string): Promise<string> {
    return this.command(['token', 'create', '--account', email, '--scopes', SCOPES]);
  }

  private async run(addr: string): Promise<void> {
    const { speed = 20, flags = [], environment = {} } = this.options;
    const child = spawn(
      PROGRAM,
      [
        'serve',
        ...['--addr', addr],
        ...['--sites-addr', `127.0.0.1:${this.sitesPort}`],
        ...['--data', this.data],
        ...['--site-root', SITE_ROOT],
        ...(flags.includes('--agent') ? [] : ['--agent', 'demo']),
        ...flags,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          TMUX_BUILDER_DEMO_SPEED: String(speed),
          // With each request as it comes in, so that one that is never answered is known.
          TMUX_BUILDER_LOG: 'info,domain=debug,server=debug,tower_http::trace::on_request=debug',
          NO_COLOR: '1',
          // Who looks at pictures asks for them.
          TMUX_BUILDER_CHROMIUM: 'none',
          ...environment,
        },
      },
    );
    this.child = child;
    child.stderr.on('data', (text: Buffer) => { this.log += text; });
    const ended = once(child, 'exit').then(([status]) => {
      throw new Error(`the server has ended with status ${status}:\n${this.log}`);
    });
    ended.catch(() => {});
    const patience = sleep(PATIENCE, undefined, { ref: false }).then(() => {
      throw new Error(`the server does not listen after ${PATIENCE} ms:\n${this.log}`);
    });
    patience.catch(() => {});
    const listening = new Promise<void>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        this.setupCode = /One-time code: (\S+)/.exec(line)?.[1] ?? this.setupCode;
        const url = /^listening on (\S+)/.exec(line)?.[1];
        if (url) {
          this.url = url;
          // The code follows in the same write, if there is one.
          setImmediate(resolve);
        }
      });
    });
    await Promise.race([listening, ended, patience]);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    const patience = sleep(PATIENCE, 'late', { ref: false });
    if ((await Promise.race([exit, patience])) === 'late') {
      child.kill('SIGKILL');
      throw new Error(`the server has not stopped within ${PATIENCE} ms:\n${this.log}`);
    }
  }

  // tmux servers and agents have the data folder in their command lines; what runs in their windows
  // ends with them.
  private async killProcesses(): Promise<void> {
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(50)) {
      const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,args=']);
      const own = stdout.split('\n').filter((line) => line.includes(this.data));
      if (own.length === 0) return;
      for (const line of own) {
        try {
          process.kill(parseInt(line, 10), 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
      }
    }
    throw new Error(`processes of ${this.data} do not end`);
  }

  // Runs a command on its data folder, and returns what it prints.
  private command(words: string[], input = ''): Promise<string> {
    return this.execute([...words, '--data', this.data], input);
  }

  // Runs a command in its environment, and returns what it prints.
  execute(words: string[], input = ''): Promise<string> {
    const env = { ...process.env, ...this.options.environment };
    return new Promise((resolve, reject) => {
      const child = execFile(PROGRAM, words, { env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${words.join(' ')}: ${stderr}`));
        else resolve(stdout.trim());
      });
      // A program that asks for nothing may have ended before it is given nothing.
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
    });
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
