import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { abandonable, linkedSignal, NEVER, withDeadline } from '../../src/concurrency/deadline.ts';

const forever = (signal: AbortSignal) => abandonable(signal, new Promise<never>(() => {}));

describe('a deadline', () => {
  test('ends what takes too long, also after a garbage collection', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const work = withDeadline(NEVER, 50, forever);
    const outcome = expect(work).rejects.toMatchObject({ type: 'deadline-exceeded' });
    await sleep(5);
    collectGarbage();
    await outcome;
  });

  test('ends when the caller hangs up, whatever reason that gives', async () => {
    const caller = new AbortController();
    const work = withDeadline(caller.signal, 10_000, forever);
    caller.abort('a string');
    await expect(work).rejects.toMatchObject({ type: 'client-closed-request' });
    await expect(withDeadline(caller.signal, 10_000, forever)).rejects.toMatchObject({
      type: 'client-closed-request',
    });
  });

  test('leaves what is in time alone', async () => {
    expect(await withDeadline(NEVER, 1000, async () => 'done')).toBe('done');
    await expect(withDeadline(NEVER, 1000, () => Promise.reject(new Error('own')))).rejects.toThrow(
      'own',
    );
  });
});

describe('a linked signal', () => {
  test('aborts with its parent, for the reason of the parent or another one', () => {
    const parent = new AbortController();
    const same = linkedSignal(parent.signal);
    const other = linkedSignal(parent.signal, { parentReason: () => 'it is gone' });
    expect(same.signal.aborted).toBe(false);
    parent.abort('gone');
    const late = linkedSignal(parent.signal);
    expect([same, other, late].map(({ signal }) => signal.reason)).toEqual([
      'gone',
      'it is gone',
      'gone',
    ]);
  });

  test('aborts by itself, and its parent does not', () => {
    const parent = new AbortController();
    const { signal, abort } = linkedSignal(parent.signal);
    abort('enough');
    expect(signal.reason).toBe('enough');
    expect(parent.signal.aborted).toBe(false);
  });

  test('aborts when the time is over, unless it was released', async () => {
    const limits = { timeoutMs: 5, reason: () => 'late' };
    const [kept, released] = [linkedSignal(NEVER, limits), linkedSignal(NEVER, limits)];
    released.release();
    await sleep(30);
    expect([kept.signal.reason, released.signal.aborted]).toEqual(['late', false]);
  });

  test('that was released does not follow its parent any longer', () => {
    const parent = new AbortController();
    const { signal, release } = linkedSignal(parent.signal);
    release();
    parent.abort();
    expect(signal.aborted).toBe(false);
  });
});
