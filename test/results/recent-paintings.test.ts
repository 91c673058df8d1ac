import { afterEach, expect, test, vi } from 'vitest';
import type { KeptPaintings } from '../../src/results/kept-paintings.ts';
import { recentPaintings } from '../../src/results/recent-paintings.ts';
import type { Painting } from '../../src/stylization/stylizer.ts';
import { PAINTING } from '../support/job-request.ts';

const painting = (bytes: number): Painting => ({ ...PAINTING, bytes: new Uint8Array(bytes) });

/** A store, and what has been read from it. */
function open(maxBytes: number, keeps = true) {
  const stored = new Map<string, Painting>();
  const reads: string[] = [];
  const kept: KeptPaintings = {
    read: async (address) => {
      reads.push(address);
      return stored.get(address);
    },
    keep: async (address, given) => {
      if (keeps) stored.set(address, given);
      return keeps;
    },
  };
  return { recent: recentPaintings(kept, maxBytes), stored, reads };
}

afterEach(() => void vi.useRealTimers());

test('what was kept or read is at hand', async () => {
  const { recent, stored, reads } = open(100);
  await recent.keep('a', painting(10));
  expect(await recent.read('a')).toEqual(painting(10));
  stored.set('b', painting(20));
  for (const _ of [1, 2, 3]) expect(await recent.read('b')).toEqual(painting(20));
  expect(reads).toEqual(['b']);
});

test('what is nowhere is looked for each time', async () => {
  const { recent, reads } = open(100);
  for (const _ of [1, 2]) expect(await recent.read('a')).toBeUndefined();
  expect(reads).toEqual(['a', 'a']);
});

test('what is not kept is not remembered', async () => {
  const { recent } = open(100, false);
  expect(await recent.keep('a', painting(10))).toBe(false);
  expect(await recent.read('a')).toBeUndefined();
});

test('there is room for the newest, and none for what is larger than all of it', async () => {
  const { recent, reads } = open(100);
  await recent.keep('large', painting(101));
  for (const address of ['a', 'b', 'c']) await recent.keep(address, painting(40));
  // Again, and it counts once.
  await recent.keep('c', painting(60));
  for (const address of ['c', 'b', 'a', 'large']) await recent.read(address);
  expect(reads).toEqual(['a', 'large']);
});

test('after a minute the store is asked again', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { recent, stored } = open(100);
  await recent.keep('a', painting(10));
  stored.delete('a');
  vi.advanceTimersByTime(59_000);
  expect(await recent.read('a')).toEqual(painting(10));
  vi.advanceTimersByTime(2000);
  expect(await recent.read('a')).toBeUndefined();
});
