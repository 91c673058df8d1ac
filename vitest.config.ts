/** Where the tests are, and the parts of them that `--mode unit` and `--mode stories` run. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const tests = fileURLToPath(new URL('test/', import.meta.url));

/** What a test imports that starts a process, a browser or a server, or that is not on every machine. */
const STARTS =
  /support\/(?:browser|built|cli|dist|installed|lambda|process|receiver|server|sqs)\.ts|'node:child_process'/;

/** The whole program: told as stories, or run as a process. */
const STORIES = /^stories\/|support\/(?:cli|process)\.ts/;

const testFiles = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.test.ts'),
);

const matching = (pattern: RegExp) =>
  testFiles.filter((file) => pattern.test(`${file}\n${readFileSync(join(tests, file), 'utf8')}`));

export default defineConfig(({ mode }) => ({
  test: {
    dir: 'test',
    ...(mode === 'unit' && { exclude: [...configDefaults.exclude, ...matching(STARTS)] }),
    ...(mode === 'stories' && { include: matching(STORIES) }),
    // Machines that run the tests are often busy with other work.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
}));
