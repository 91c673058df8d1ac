/** `impasto stylize --watch`: a process that paints what comes into a folder until a signal ends it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DIST_DIR } from '../support/dist.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

const photo = await jpeg(40, 30);

/** Watches `in` below a folder, once it has looked at what lies there. */
async function watch(folder: string, ...words: readonly string[]) {
  const args = [join(DIST_DIR, 'cli.js'), 'stylize', '--watch', 'in', '-s', 'udnie', ...words];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  await expect.poll(() => stderr, { timeout: 20_000 }).toContain('Watching in');
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    async end(signal: 'SIGINT' | 'SIGTERM') {
      child.kill(signal);
      return once(child, 'close');
    },
  };
}

function inbox(): string {
  const folder = temporary();
  mkdirSync(join(folder, 'in/deep'), { recursive: true });
  return folder;
}

const appears = (path: string) =>
  expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(true);

test.each(['SIGINT', 'SIGTERM'] as const)(
  'what comes is painted, in its folder, and %s ends it well',
  async (signal) => {
    const folder = inbox();
    writeFileSync(join(folder, 'in/early.jpg'), photo);
    const watching = await watch(folder, '-o', 'out');
    writeFileSync(join(folder, 'in/deep/late.jpg'), photo);
    await appears(join(folder, 'out/early.jpg'));
    await appears(join(folder, 'out/deep/late.jpg'));
    expect(await watching.end(signal)).toEqual([0, null]);
    expect(watching.stdout()).toContain('in/deep/late.jpg -> out/deep/late.jpg\n');
  },
);

test('a file is painted once it is complete, and a damaged one does not end it', async () => {
  const folder = inbox();
  const watching = await watch(folder, '--json');
  writeFileSync(join(folder, 'in/a.jpg'), photo.subarray(0, 400));
  await expect.poll(() => watching.stdout(), { timeout: 20_000 }).toContain('complete JPEG');
  appendFileSync(join(folder, 'in/a.jpg'), photo.subarray(400));
  await appears(join(folder, 'in/a-udnie.jpg'));
  expect(await pixelsOf(readFileSync(join(folder, 'in/a-udnie.jpg')))).toMatchObject({ width: 40 });
  expect(await watching.end('SIGINT')).toEqual([1, null]);
  const outcomes = watching
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(outcomes).toMatchObject([{ error: expect.any(String) }, { painting: expect.any(String) }]);
});

test('paintings beside their photographs are not painted, nor what was painted before', async () => {
  const folder = inbox();
  writeFileSync(join(folder, 'in/a.jpg'), photo);
  const first = await watch(folder);
  await appears(join(folder, 'in/a-udnie.jpg'));
  rmSync(join(folder, 'in/a.jpg'));
  writeFileSync(join(folder, 'in/b.jpg'), photo);
  await appears(join(folder, 'in/b-udnie.jpg'));
  await first.end('SIGINT');
  expect(first.stdout().match(/->/g)).toHaveLength(2);
  rmSync(join(folder, 'in/a-udnie.jpg'));
  const second = await watch(folder);
  writeFileSync(join(folder, 'in/c.jpg'), photo);
  await appears(join(folder, 'in/c-udnie.jpg'));
  await second.end('SIGINT');
  expect(second.stdout()).toBe('in/c.jpg -> in/c-udnie.jpg\n');
});
