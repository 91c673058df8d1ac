import { describe, expect, test } from 'vitest';
import { memoized } from '../../src/concurrency/memoized.ts';

/** Fails when it is called for the first time. */
function failingOnce() {
  let calls = 0;
  return async (name = '') => {
    calls += 1;
    if (calls === 1) throw new Error('not yet');
    return `${name}${calls}`;
  };
}

describe('memoized work', () => {
  test('is done once, also for those who ask at the same time', async () => {
    let calls = 0;
    const made = memoized(async () => {
      calls += 1;
      return {};
    });
    const [first, second] = await Promise.all([made(), made()]);
    expect(first).toBe(second);
    expect(await made()).toBe(first);
    expect(calls).toBe(1);
  });

  test('that failed is tried again, and all who waited for it are told', async () => {
    const made = memoized(failingOnce());
    const outcomes = await Promise.allSettled([made(), made()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await made()).toBe('2');
    expect(await made()).toBe('2');
  });

  test('is done once for each key', async () => {
    const made = memoized(failingOnce(), (name) => name);
    await expect(made('a')).rejects.toThrow('not yet');
    expect(await Promise.all([made('b'), made('a'), made('b')])).toEqual(['b2', 'a3', 'b2']);
  });
});
