// The real Claude CLI in front of our own stand-in for its API.

import { ClaudeStub, type Script } from './claude-stub';
import { test } from './fixtures';

const CLAUDE = process.env.TMUX_BUILDER_TEST_CLAUDE;

// The tests of a file whose model answers as the script says.
export function claudeWith(script: Script) {
  test.skip(!CLAUDE, 'the Claude CLI is not installed');
  test.setTimeout(120_000);
  return test.extend<{ stub: ClaudeStub }>({
    stub: async ({}, use) => {
      const stub = await ClaudeStub.start(script);
      await use(stub);
      await stub.stop();
    },
    serverOptions: async ({ stub }, use) => use({
      flags: ['--agent', 'claude', '--claude', CLAUDE ?? ''],
      environment: {
        ANTHROPIC_BASE_URL: stub.url,
        ANTHROPIC_API_KEY: 'sk-ant-dummy-000000000000000000000000',
      },
    }),
  });
}
