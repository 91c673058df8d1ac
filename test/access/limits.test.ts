/** Limits of keys and tenants, counted by one process and by several. */

import { describe, expect, test } from 'vitest';
import { createLimits } from '../../src/access/limits.ts';
import { createUsage, secondsLeftOfDay, type Usage } from '../../src/access/usage.ts';
import { ProblemError } from '../../src/errors.ts';
import { boundedStore } from '../../src/storage/bounded-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { temporary } from '../support/temporary.ts';

const storeOf = () => fileStore(temporary(), urlSigner(new Uint8Array(32)));

function usageOf(store = storeOf()) {
  let time = Date.parse('2026-11-26T12:00:00Z');
  const errors: unknown[] = [];
  const open = () =>
    createUsage({
      blobsOf: () => store,
      report: (key) => errors.push(key),
      onError: (error) => errors.push(error),
      now: () => new Date(time),
    });
  return { store, errors, open, pass: (seconds: number) => (time += seconds * 1000) };
}

describe('pixels of a day', () => {
  test('are counted by all processes together', async () => {
    const { open, pass } = usageOf();
    const [one, other] = [open(), open()];
    await one.add('shop', 100);
    await other.add('shop', 10);
    await one.add('shop', 1);
    expect(await one.pixelsOf('shop')).toBe(101);
    pass(5);
    expect(await one.pixelsOf('shop')).toBe(111);
    expect(await other.pixelsOf('shop')).toBe(111);
    await one.close();
    await other.close();
  });

  test('that were not written down are when the process ends', async () => {
    const { open } = usageOf();
    const one = open();
    for (const pixels of [1, 2, 3]) await one.add('shop', pixels);
    await one.close();
    expect(await open().pixelsOf('shop')).toBe(6);
  });

  test('begin anew at midnight in UTC', async () => {
    const { open, pass } = usageOf();
    const one = open();
    await one.add('shop', 100);
    pass(12 * 3600);
    expect(await one.pixelsOf('shop')).toBe(0);
    expect(secondsLeftOfDay(new Date('2026-11-26T23:59:00Z'))).toBe(60);
    expect(secondsLeftOfDay(new Date('2026-11-27T00:00:00Z'))).toBe(86_400);
  });

  test('are not lost where the store fails for a while', async () => {
    const { store, open, errors, pass } = usageOf();
    const { write } = store;
    const one = open();
    Object.assign(store, { write: () => Promise.reject(new Error('no store')) });
    await one.add('shop', 100);
    expect([errors.length, await one.pixelsOf('shop')]).toEqual([1, 100]);
    Object.assign(store, { write });
    pass(5);
    await one.add('shop', 1);
    expect(await open().pixelsOf('shop')).toBe(101);
  });
});

describe('limits', () => {
  const shop = { tenant: 'shop', scopes: [], keyId: 'a' };
  const used = (pixels: number): Usage => ({
    pixelsOf: async () => pixels,
    add: async () => {},
    close: async () => {},
  });
  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.unreachable(),
      (error: ProblemError) => error,
    );

  test('a key without limits is told of none', async () => {
    expect(await createLimits(used(9)).count(shop, true)).toEqual({});
  });

  test('requests beyond the rate are refused, each key by itself', async () => {
    const limits = createLimits(used(0));
    const key = { ...shop, rate: 2 };
    const first = await limits.count(key, true);
    expect(first).toEqual({
      'ratelimit-policy': '"requests";q=2;qu="requests";w=1',
      ratelimit: '"requests";r=1;t=1',
    });
    await limits.count(key, true);
    const error = await refused(limits.count(key, false));
    expect([error.type, error.status, error.retryAfterSeconds]).toEqual(['rate-limited', 429, 1]);
    expect(error.headers).toMatchObject({ ratelimit: '"requests";r=0;t=1' });
    expect(await limits.count({ ...key, keyId: 'b' }, true)).toEqual(first);
  });

  test('pixels beyond the quota are refused, and what paints nothing is not', async () => {
    const key = { ...shop, quota: 1000 };
    const policy = '"pixels";q=1000;qu="pixels";w=86400';
    const some = await createLimits(used(400)).count(key, true);
    expect(some).toMatchObject({ 'ratelimit-policy': policy });
    expect(some['ratelimit']).toMatch(/^"pixels";r=600;t=\d+$/);
    const limits = createLimits(used(1001));
    const error = await refused(limits.count(key, true));
    expect([error.type, error.status]).toEqual(['quota-used-up', 429]);
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
    expect(error.headers?.['ratelimit']).toMatch(/^"pixels";r=0;t=\d+$/);
    expect((await limits.count(key, false))['ratelimit']).toMatch(/r=0/);
  });
});

describe('a bounded store', () => {
  const ten = new Uint8Array(10);
  const full = (promise: Promise<unknown>) =>
    promise.catch((error: unknown) => error instanceof ProblemError && error.type);

  test('refuses what would be too much, and takes it when something has gone', async () => {
    const inner = storeOf();
    await inner.write('jobs/a/output', ten);
    const store = boundedStore(inner, 25);
    await store.write('jobs/b/input', ten);
    expect(await full(store.write('jobs/c/input', ten))).toBe('tenant-storage-full');
    const upload = { mediaType: 'image/png', bytes: 6, ttlSeconds: 9, origin: '' };
    expect(await full(store.upload('uploads/d', upload))).toBe('tenant-storage-full');
    expect(await inner.read('jobs/c/input')).toBeUndefined();
    await store.delete(['jobs/a/output']);
    await store.write('jobs/c/input', ten);
  });

  test('looks again after a while at what others have written', async () => {
    let nowMs = 0;
    const inner = storeOf();
    const store = boundedStore(inner, 25, () => nowMs);
    await store.write('jobs/a/input', ten);
    await inner.write('jobs/b/output', ten);
    nowMs = 30_000;
    expect(await full(store.write('jobs/c/input', ten))).toBe('tenant-storage-full');
    await inner.delete(['jobs/b/output']);
    nowMs = 60_000;
    await store.write('jobs/c/input', ten);
  });
});
