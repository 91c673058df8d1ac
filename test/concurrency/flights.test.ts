import { describe, expect, test } from 'vitest';
import { createFlights } from '../../src/concurrency/flights.ts';

const never = () => new AbortController().signal;
const forNobody = () => false;

/** Work that ends when it is told to, and notes whether it was ended before. */
function started() {
  let resolve: (value: string) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<string>((...settle) => {
    [resolve, reject] = settle;
  });
  let calls = 0;
  let signal: AbortSignal | undefined;
  const work = (given: AbortSignal): Promise<string> => {
    calls += 1;
    signal = given;
    return promise;
  };
  return { work, resolve, reject, calls: () => calls, ended: () => signal?.aborted };
}

describe('work under way', () => {
  test('is done once for all who ask, and anew for who comes later', async () => {
    const flights = createFlights<string>(forNobody);
    const { work, resolve, calls } = started();
    const asked = Array.from({ length: 1000 }, () => flights.join('a', never(), work));
    resolve('done');
    const results = await Promise.all(asked);
    expect(calls()).toBe(1);
    expect(results.filter(({ joined }) => !joined)).toHaveLength(1);
    expect(new Set(results.map(({ value }) => value))).toEqual(new Set(['done']));
    await flights.join('a', never(), work);
    expect(calls()).toBe(2);
  });

  test('of another key is other work', async () => {
    const flights = createFlights<string>(forNobody);
    const { work, resolve, calls } = started();
    const both = [flights.join('a', never(), work), flights.join('b', never(), work)];
    resolve('done');
    await Promise.all(both);
    expect(calls()).toBe(2);
  });

  test('can be followed, and not begun, by who has no work', async () => {
    const flights = createFlights<string>(forNobody);
    const { work, resolve } = started();
    expect(flights.follow('a', never())).toBeUndefined();
    const first = flights.join('a', never(), work);
    const second = flights.follow('a', never());
    resolve('done');
    expect([(await first).value, await second]).toEqual(['done', 'done']);
    expect(flights.follow('a', never())).toBeUndefined();
  });
});

describe('who leaves', () => {
  test('is answered at once, and the others get what they wait for', async () => {
    const flights = createFlights<string>(forNobody);
    const { work, resolve, ended } = started();
    const gone = new AbortController();
    const first = flights.join('a', gone.signal, work);
    const second = flights.join('a', never(), work);
    gone.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(ended()).toBe(false);
    resolve('done');
    expect((await second).value).toBe('done');
  });

  test('as the last one ends the work, and the next begins anew', async () => {
    const flights = createFlights<string>(forNobody);
    const abandoned = started();
    const gone = new AbortController();
    const waiting = [1, 2].map(() => flights.join('a', gone.signal, abandoned.work));
    gone.abort(new Error('gone'));
    await Promise.allSettled(waiting);
    expect(abandoned.ended()).toBe(true);
    const next = started();
    const asked = flights.join('a', never(), next.work);
    next.resolve('done');
    expect(await asked).toEqual({ value: 'done', joined: false });
  });

  test('before asking begins nothing', async () => {
    const { work, calls } = started();
    const asked = createFlights<string>(forNobody).join('a', AbortSignal.abort(), work);
    await expect(asked).rejects.toThrow();
    expect(calls()).toBe(0);
  });
});

describe('a failure', () => {
  test('is everybody’s, and is forgotten', async () => {
    const flights = createFlights<string>(forNobody);
    const { work, reject, calls } = started();
    const asked = [1, 2, 3].map(() => flights.join('a', never(), work));
    reject(new Error('no picture'));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(calls()).toBe(1);
    expect(flights.follow('a', never())).toBeUndefined();
  });

  test('that concerns the first one only has the others try again together', async () => {
    const flights = createFlights<string>((error) => (error as Error).message === 'too late');
    const late = started();
    const second = started();
    const first = flights.join('a', never(), late.work);
    const others = [1, 2, 3].map(() => flights.join('a', never(), second.work));
    late.reject(new Error('too late'));
    second.resolve('done');
    await expect(first).rejects.toThrow('too late');
    expect((await Promise.all(others)).map(({ value }) => value)).toEqual(['done', 'done', 'done']);
    expect(second.calls()).toBe(1);
  });

  test('that goes on concerning the first one is told after the second attempt', async () => {
    const flights = createFlights<string>(() => true);
    let calls = 0;
    const fail = async (): Promise<string> => {
      calls += 1;
      throw new Error('full');
    };
    const asked = Array.from({ length: 100 }, () => flights.join('a', never(), fail));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(calls).toBe(2);
  });
});
