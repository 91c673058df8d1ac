import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { abandonable, withDeadline } from '../../src/concurrency/deadline.ts';

const never = new AbortController().signal;
const forever = (signal: AbortSignal) => abandonable(signal, new Promise<never>(() => {}));

describe('a deadline', () => {
  test('ends what takes too long, also after a garbage collection', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const work = withDeadline(never, 50, forever);
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
    expect(await withDeadline(never, 1000, async () => 'done')).toBe('done');
    await expect(withDeadline(never, 1000, () => Promise.reject(new Error('own')))).rejects.toThrow(
      'own',
    );
  });
});
