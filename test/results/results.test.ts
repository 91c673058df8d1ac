/** Paintings that are kept: what is painted, what is not, and what happens where the store fails. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ProblemError } from '../../src/errors.ts';
import { storageFull } from '../../src/host/disk.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { PAINTING_OPTIONS } from '../../src/options/stylization.ts';
import { digestOf } from '../../src/results/address.ts';
import { keptPaintings, RESULTS_PREFIX } from '../../src/results/kept-paintings.ts';
import { createResults, withoutResults } from '../../src/results/results.ts';
import type { BlobStore } from '../../src/storage/blob-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import type { StylizeContext, Stylizer } from '../../src/stylization/stylizer.ts';
import { createSpans } from '../../src/telemetry/spans.ts';
import { PAINTING } from '../support/job-request.ts';
import { temporary } from '../support/temporary.ts';

const options = { ...defaultsOf(PAINTING_OPTIONS), style: parseStyleMix('udnie') };
const TTL_SECONDS = 60;

const photo = (content: string) => new TextEncoder().encode(content);

function context(more: Partial<StylizeContext> = {}): StylizeContext {
  return {
    signal: new AbortController().signal,
    spans: createSpans(),
    formats: ['jpeg'],
    ...more,
  };
}

/** Paints the photograph itself, in the time of a step. */
function painter(stylize?: Stylizer['stylize']) {
  let painted = 0;
  const stylizer: Stylizer = {
    async stylize(file, ...more) {
      painted += 1;
      await new Promise(setImmediate);
      return stylize ? stylize(file, ...more) : { ...PAINTING, bytes: new Uint8Array(file) };
    },
  };
  return { stylizer, painted: () => painted };
}

function keeping({
  folder = temporary(),
  maxBytes = 2 ** 20,
  change = (blobs: BlobStore) => blobs,
  stylize = undefined as Stylizer['stylize'] | undefined,
} = {}) {
  const blobs = change(fileStore(folder, urlSigner(new Uint8Array(32))));
  const reports: string[] = [];
  const report = (_: unknown, message: string) => void reports.push(message);
  const kept = keptPaintings({ blobs, maxBytes, ttlSeconds: TTL_SECONDS, report });
  const { stylizer, painted } = painter(stylize);
  const results = createResults(stylizer, kept, async () => ['weights']);
  const originOf = async (file: Uint8Array, more?: Partial<StylizeContext>) =>
    (await results.obtain(file, options, context(more))).origin;
  return { folder, blobs, results, painted, reports, originOf };
}

afterEach(() => void vi.useRealTimers());

describe('a painting', () => {
  test('is painted once and found again, byte by byte, also by another process', async () => {
    const first = keeping();
    expect(await first.originOf(photo('a'))).toBe('stored');
    const { painting, origin } = await first.results.obtain(photo('a'), options, context());
    expect(origin).toBe('hit');
    expect(painting).toEqual({ ...PAINTING, bytes: photo('a') });
    expect(await first.originOf(photo('b'))).toBe('stored');
    const second = keeping({ folder: first.folder });
    expect(await second.originOf(photo('a'))).toBe('hit');
    expect([first.painted(), second.painted()]).toEqual([2, 0]);
  });

  test('that is asked for by a thousand at the same moment is painted once', async () => {
    const { originOf, painted } = keeping();
    const origins = await Promise.all(Array.from({ length: 1000 }, () => originOf(photo('a'))));
    expect(painted()).toBe(1);
    expect(origins.filter((origin) => origin === 'stored')).toHaveLength(1);
    expect(origins.filter((origin) => origin === 'collapsed')).toHaveLength(999);
  });

  test('of one tenant is not there for another, kept or under way', async () => {
    const { originOf, painted } = keeping();
    const tenants = ['', 'one', 'two'];
    const together = tenants.map((tenant) => originOf(photo('a'), { tenant }));
    expect(await Promise.all(together)).toEqual(['stored', 'stored', 'stored']);
    expect(painted()).toBe(3);
    expect(await originOf(photo('a'), { tenant: 'two' })).toBe('hit');
    expect(await originOf(photo('a'), { tenant: 'three' })).toBe('stored');
  });

  test('is found by the digest of its photograph, kept or under way', async () => {
    const { results, originOf } = keeping();
    const find = () => results.find(digestOf(photo('a')), options, context());
    expect(await find()).toBeUndefined();
    const painting = originOf(photo('a'));
    await expect.poll(async () => (await find())?.origin).toMatch(/collapsed|hit/);
    await painting;
    expect((await find())?.origin).toBe('hit');
  });

  test('is painted again when its time is over', async () => {
    const { originOf } = keeping();
    await originOf(photo('a'));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + (TTL_SECONDS - 5) * 1000 });
    expect(await originOf(photo('a'))).toBe('hit');
    vi.setSystemTime(Date.now() + 10_000);
    expect(await originOf(photo('a'))).toBe('stored');
  });
});

describe('a store that fails', () => {
  test.each([
    ['cut short', (file: Buffer) => file.subarray(0, -1)],
    ['of other bytes', (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.from('?')])],
    ['empty', () => Buffer.alloc(0)],
    ['no JSON', (file: Buffer) => Buffer.from(`{${file.toString('latin1')}`)],
    ['JSON of something else', () => Buffer.from('{}\n')],
  ])('has a file %s painted again', async (_, damage) => {
    const { folder, originOf, reports } = keeping();
    await originOf(photo('a'));
    const paths = readdirSync(join(folder, RESULTS_PREFIX), {
      recursive: true,
      withFileTypes: true,
    })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(paths).toHaveLength(1);
    writeFileSync(paths[0]!, damage(readFileSync(paths[0]!)));
    expect(await originOf(photo('a'))).toBe('stored');
    expect(reports).toEqual(['a kept painting cannot be read']);
    expect(await originOf(photo('a'))).toBe('hit');
  });

  test('for want of room has the painting answered, not kept', async () => {
    const full = async () => {
      throw storageFull('There is no room to keep this.', new Error('ENOSPC'));
    };
    const { originOf, reports } = keeping({ change: (blobs) => ({ ...blobs, write: full }) });
    expect(await originOf(photo('a'))).toBe('passed');
    expect(await originOf(photo('a'))).toBe('passed');
    expect(reports).toContain('a painting cannot be kept');
  });

  test('at reading has everything painted', async () => {
    const broken = async () => {
      throw new Error('no connection');
    };
    const { originOf } = keeping({ change: (blobs) => ({ ...blobs, read: broken }) });
    expect(await originOf(photo('a'))).toBe('stored');
  });

  test('without an end is not waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hanging = () => new Promise<never>(() => {});
    const change = (blobs: BlobStore) => ({ ...blobs, read: hanging, write: hanging });
    const asked = keeping({ change }).originOf(photo('a'));
    for (let i = 0; i < 10; i += 1) {
      await vi.advanceTimersByTimeAsync(1000);
      await new Promise(setImmediate);
    }
    expect(await asked).toBe('passed');
  });
});

describe('the room', () => {
  test('holds the newest, and never more than its bound', async () => {
    const maxBytes = 16_000;
    const { blobs, originOf } = keeping({ maxBytes });
    for (let i = 0; i < 60; i += 1) {
      await originOf(photo(`${i} `.padEnd(800, '.')));
      await expect.poll(() => sizeOf(blobs)).toBeLessThanOrEqual(maxBytes);
    }
    expect(await sizeOf(blobs)).toBeGreaterThan(maxBytes / 2);
    expect(await originOf(photo('59 '.padEnd(800, '.')))).toBe('hit');
    expect(await originOf(photo('0 '.padEnd(800, '.')))).toBe('stored');
  });

  test('is not given to one painting', async () => {
    const { originOf } = keeping({ maxBytes: 4000 });
    expect(await originOf(photo('.'.repeat(600)))).toBe('passed');
    expect(await originOf(photo('.'.repeat(400)))).toBe('stored');
  });

  test('of no bytes keeps nothing and shares nothing', async () => {
    const { stylizer, painted } = painter();
    const results = withoutResults(stylizer);
    const asked = [1, 2].map(() => results.obtain(photo('a'), options, context()));
    expect((await Promise.all(asked)).map(({ origin }) => origin)).toEqual([undefined, undefined]);
    expect(await results.find(digestOf(photo('a')), options, context())).toBeUndefined();
    expect(painted()).toBe(2);
  });
});

async function sizeOf(blobs: BlobStore): Promise<number> {
  let bytes = 0;
  for await (const entry of blobs.entries(RESULTS_PREFIX)) bytes += entry.bytes;
  return bytes;
}

describe('a failure', () => {
  test('of the photograph is told to all, and not kept', async () => {
    const unreadable = new ProblemError('image-unreadable', 'Expected an image.');
    const { originOf, painted } = keeping({ stylize: () => Promise.reject(unreadable) });
    const asked = await Promise.allSettled([1, 2, 3].map(() => originOf(photo('a'))));
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(painted()).toBe(1);
    await expect(originOf(photo('a'))).rejects.toThrow(unreadable);
    expect(painted()).toBe(2);
  });

  test.each(['slots-full', 'deadline-exceeded'] as const)(
    'of the first one alone (%s) leaves the others theirs',
    async (type) => {
      const stylize: Stylizer['stylize'] = async (_, __, { waiter }) => {
        if (waiter) throw new ProblemError(type, 'It has to wait for too long.');
        return PAINTING;
      };
      const { originOf, painted } = keeping({ stylize });
      const impatient = originOf(photo('a'), { waiter: { caller: 'c', deadline: 1 } });
      const patient = [1, 2, 3].map(() => originOf(photo('a')));
      await expect(impatient).rejects.toMatchObject({ type });
      expect(await Promise.all(patient)).toContain('stored');
      expect(painted()).toBe(2);
    },
  );
});
