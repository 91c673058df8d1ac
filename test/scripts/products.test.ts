/** When what was built is still what the sources say. */

import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { begin, isFresh } from '../../scripts/products.ts';
import { temporary } from '../support/temporary.ts';

let root: string;

const seconds = (count: number) => new Date(Date.now() + count * 1000);

async function write(file: string, changedAt: Date): Promise<void> {
  await writeFile(join(root, file), '');
  await utimes(join(root, file), changedAt, changedAt);
}

async function build(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const finish = await begin('dist', root);
  await mkdir(join(root, 'dist'), { recursive: true });
  await meanwhile();
  await finish();
}

beforeEach(async () => {
  root = temporary();
  for (const folder of ['src/images', 'functions', 'scripts'])
    await mkdir(join(root, folder), { recursive: true });
  for (const file of ['src/images/decode.ts', 'package.json', 'package-lock.json'])
    await write(file, seconds(-100));
  for (const folder of ['src/images', 'src', 'functions', 'scripts'])
    await utimes(join(root, folder), seconds(-100), seconds(-100));
});

test('what was never built is not fresh', async () => {
  expect(await isFresh('dist', root)).toBe(false);
});

test('what was built is fresh', async () => {
  await build();
  expect(await isFresh('dist', root)).toBe(true);
});

test('a build that has not succeeded is not fresh', async () => {
  await build();
  await begin('dist', root);
  expect(await isFresh('dist', root)).toBe(false);
});

test('what was removed is not fresh', async () => {
  await build();
  await rm(join(root, 'dist'), { recursive: true });
  expect(await isFresh('dist', root)).toBe(false);
});

test.each(['src/images/decode.ts', 'package-lock.json'])(
  'a change of %s is noticed',
  async (file) => {
    await build();
    await write(file, seconds(1));
    expect(await isFresh('dist', root)).toBe(false);
  },
);

test('a change while it is built is noticed', async () => {
  await build(async () => {
    await sleep(20);
    await write('src/images/decode.ts', seconds(0));
    await sleep(20);
  });
  expect(await isFresh('dist', root)).toBe(false);
});

test('a removed source is noticed', async () => {
  await build();
  await rm(join(root, 'src/images/decode.ts'));
  await utimes(join(root, 'src/images'), seconds(1), seconds(1));
  expect(await isFresh('dist', root)).toBe(false);
});
