// A stand-in for the API of Claude's maker: it answers the real CLI with what a script says.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Tool {
  name: string;
  input: Record<string, unknown>;
}

// One answer of the model: words, and perhaps a tool that it wants to use then.
export interface Answer {
  text: string;
  tool?: Tool;
  // Milliseconds between words.
  pace?: number;
}

// Says what is answered to a message of a person, by a model that was told `system` before: one
// answer for each step of the turn. `results` are what the tools of the steps so far have given.
export type Script = (message: string, system: string, results: string[]) => Answer[];

interface Block {
  type: string;
  text?: string;
  // Of a tool's result.
  content?: string | Block[];
}

interface Request {
  model: string;
  system?: string | Block[];
  messages: { role: string; content: string | Block[] }[];
}

// How the CLI hands over a skill: in a text of its own, after the result of the tool.
const SKILL = 'Base directory for this skill:';

export class ClaudeStub {
  private constructor(
    private readonly server: Server,
    // The kinds of content that the model was shown: text, image, document, …
    readonly seen: ReadonlySet<string>,
  ) {}

  static async start(script: Script): Promise<ClaudeStub> {
    const seen = new Set<string>();
    const server = createServer((request, response) => {
      serve(script, seen, request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ClaudeStub(server, seen);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

async function serve(script: Script, seen: Set<string>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname } = new URL(request.url ?? '/', 'http://stub');
  if (request.method !== 'POST') {
    response.end();
  } else if (pathname === '/v1/messages/count_tokens') {
    response.setHeader('content-type', 'application/json').end('{"input_tokens":1000}');
  } else if (pathname === '/v1/messages') {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Request;
    for (const { content } of body.messages) note(content, seen);
    await stream(response, body.model, next(script, body));
  } else {
    response.writeHead(404).end();
  }
}

// Notes the kinds of content, those within results of tools too.
function note(content: string | Block[], seen: Set<string>): void {
  if (typeof content === 'string') return;
  for (const block of content) {
    seen.add(block.type);
    if (block.content) note(block.content, seen);
  }
}

// The answer to the newest message of a person, after as many steps as have results.
function next(script: Script, { messages, system }: Request): Answer {
  let message = '';
  let results: string[] = [];
  for (const { role, content } of messages) {
    if (role !== 'user') continue;
    const words: string[] = [];
    for (const block of blocks(content)) {
      if (block.type === 'tool_result') results.push(text(block.content));
      else if (block.text?.startsWith(SKILL)) results[results.length - 1] = block.text;
      else if (block.text && !block.text.startsWith('<system-reminder>')) words.push(block.text);
    }
    if (words.length > 0) {
      message = words.join('\n');
      results = [];
    }
  }
  return script(message, text(system), results)[results.length] ?? { text: 'There is nothing more to do.' };
}

function blocks(content: string | Block[] = []): Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function text(content?: string | Block[]): string {
  return blocks(content).map((block) => block.text ?? '').join('\n');
}

async function stream(response: ServerResponse, model: string, answer: Answer): Promise<void> {
  const send = (type: string, data: object = {}) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const usage = { input_tokens: 1000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const id = `msg_${crypto.randomUUID()}`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const message = { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage };
  send('message_start', { message });
  send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  for (const text of answer.text.split(/(?<=\s)/)) {
    send('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
    if (answer.pace) await sleep(answer.pace);
  }
  send('content_block_stop', { index: 0 });
  if (answer.tool) {
    const { name, input } = answer.tool;
    const block = { type: 'tool_use', id: `toolu_${crypto.randomUUID().replaceAll('-', '')}`, name, input: {} };
    send('content_block_start', { index: 1, content_block: block });
    send('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) } });
    send('content_block_stop', { index: 1 });
  }
  const stop_reason = answer.tool ? 'tool_use' : 'end_turn';
  send('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 50 } });
  send('message_stop');
  response.end();
}
