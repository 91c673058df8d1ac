/** What a crash, a full disk or a broken file may leave, and what must come of it. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { THIS_PROCESS } from '../../src/host/process-owner.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { readRecord, updateRecord } from '../../src/storage/records.ts';
import { retained, retentionOf } from '../../src/storage/retention.ts';
import { DamagedSecretError, signingSecret } from '../../src/storage/signing-secret.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { temporary } from '../support/temporary.ts';

const open = (root: string) => fileStore(root, urlSigner(new Uint8Array(32)));
const text = (content: string) => new TextEncoder().encode(content);

describe('the signing secret', () => {
  test('is made once, whole, for its owner only, whoever asks at the same time', async () => {
    const folder = join(temporary(), 'data');
    const secrets = await Promise.all(Array.from({ length: 8 }, () => signingSecret(folder)));
    for (const secret of secrets) expect(secret).toEqual(secrets[0]);
    expect(readFileSync(join(folder, '.signing-secret'))).toHaveLength(32);
    expect(statSync(join(folder, '.signing-secret')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, '.staging'))).toEqual([]);
  });

  test.each([0, 1, 31, 33])('of %i bytes is refused', async (bytes) => {
    const folder = temporary();
    writeFileSync(join(folder, '.signing-secret'), Buffer.alloc(bytes));
    await expect(signingSecret(folder)).rejects.toThrow(DamagedSecretError);
    await expect(signingSecret(folder)).rejects.toThrow(/Expected 32 bytes in .*Remove the file/s);
  });
});

describe('the file store', () => {
  test('sweeps what killed processes were writing, and nothing else', async () => {
    const root = temporary();
    const { pid } = spawnSync('true');
    const name = (owner: string) => `${owner}.${crypto.randomUUID()}`;
    const mine = name(THIS_PROCESS);
    const dead = name(THIS_PROCESS.replace(`.${process.pid}.`, `.${pid}.`));
    mkdirSync(join(root, '.staging'));
    for (const file of [mine, dead, 'unnamed']) writeFileSync(join(root, '.staging', file), 'x');
    await open(root).sweep();
    expect(readdirSync(join(root, '.staging'))).toEqual([mine]);
  });

  test('lists, whatever else lies in its folders', async () => {
    const root = temporary();
    const store = open(root);
    await store.write('jobs/a/job.json', text('{}'));
    mkdirSync(join(root, 'jobs/no key at all!/~x'), { recursive: true });
    mkdirSync(join(root, 'jobs/b/job.json/~000000000001'), { recursive: true });
    writeFileSync(join(root, 'jobs/c'), 'a file where a folder should be');
    writeFileSync(join(root, 'jobs/.hidden'), '');
    expect(await store.list('jobs/', { limit: 9 })).toEqual(['jobs/a/job.json']);
    expect(await store.read('jobs/c/job.json')).toBeUndefined();
  });

  test('a page costs what lies on it: folders beyond it are not even opened', async () => {
    const root = temporary();
    const store = open(root);
    for (const key of ['index/1/a', 'index/1/b', 'index/2/c']) await store.write(key, text('x'));
    // Whoever lists all would have to look in here.
    mkdirSync(join(root, 'index/3'));
    writeFileSync(join(root, 'index/3/locked'), '');
    const before = statSync(join(root, 'index/3')).atimeMs;
    expect(await store.list('index/', { limit: 2 })).toEqual(['index/1/a', 'index/1/b']);
    expect(statSync(join(root, 'index/3')).atimeMs).toBe(before);
    expect(await store.list('index/', { limit: 2, after: 'index/1/b' })).toEqual(['index/2/c']);
    chmodSync(join(root, 'index/3'), 0o755);
  });

  test('expires what is old under a prefix, by when it was written', async () => {
    const root = temporary();
    const store = open(root);
    for (const key of ['uploads/old', 'uploads/new', 'queues/old']) {
      await store.write(key, text('x'));
      const age = key.endsWith('old') ? 7200 : 0;
      const then = Date.now() / 1000 - age;
      utimesSync(join(root, key, '~000000000001'), then, then);
    }
    expect(await store.expire('uploads/', 3_600_000)).toBe(1);
    expect(await store.list('', { limit: 9 })).toEqual(['queues/old', 'uploads/new']);
  });
});

describe('damaged records', () => {
  const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as { n: number };

  test.each(['', '{"n":', 'null and void', '\u0000\u0001'])(
    '%j is put aside, and told of',
    async (content) => {
      const store = open(temporary());
      const told: string[] = [];
      const report = (key: string) => void told.push(key);
      await store.write('jobs/a/job.json', text(content));
      expect(await readRecord(store, 'jobs/a/job.json', parse, report)).toBeUndefined();
      expect(told).toEqual(['jobs/a/job.json']);
      expect(await store.list('', { limit: 9 })).toEqual(['damaged/jobs/a/job.json']);
      expect((await store.read('damaged/jobs/a/job.json'))?.bytes).toEqual(text(content));
      const { after } = await updateRecord(store, 'jobs/a/job.json', parse, report, () => ({
        n: 1,
      }));
      expect(after).toEqual({ n: 1 });
    },
  );
});

test('nothing can be written that nothing would ever remove', async () => {
  const root = temporary();
  const retention = retentionOf({ outputTtlSeconds: 1, urlTtlSeconds: 1, resultTtlSeconds: 1 });
  const store = retained(open(root), retention);
  await store.write('jobs/a/job.json', text('{}'));
  await expect(store.write('elsewhere/x', text('x'))).rejects.toThrow(TypeError);
  await expect(store.copy('jobs/a/job.json', 'elsewhere')).rejects.toThrow(TypeError);
  expect(existsSync(join(root, 'elsewhere'))).toBe(false);
});
