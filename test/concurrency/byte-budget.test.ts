/** Bytes held for callers: never more than there may be, and nobody keeps others out. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteBudget } from '../../src/concurrency/byte-budget.ts';

const never = () => new AbortController().signal;
const forever = () => new Promise<never>(() => {});

/** Receives so many bytes and then nothing more, for as long as the test likes. */
function holding(budget: ReturnType<typeof createByteBudget>, caller: string, bytes: number) {
  const lease = budget.lease(caller, ({ receive }) =>
    receive(never(), async (add) => {
      add(bytes);
      return forever();
    }),
  );
  return lease.catch(({ type }: { type: string }) => type);
}

const full = { type: 'slots-full', retryAfterSeconds: 1 };
const once = (bytes: number) => async (add: (bytes: number) => void) => add(bytes);

describe('a budget', () => {
  test('counts what has arrived, until the work is done', async () => {
    const budget = createByteBudget(100);
    await budget.lease('a', async ({ receive }) => {
      await receive(never(), once(60));
      await receive(never(), once(30));
      expect(budget.heldBytes).toBe(90);
      await expect(receive(never(), once(11))).rejects.toMatchObject(full);
    });
    expect(budget.heldBytes).toBe(0);
  });

  test('is given back by what fails, hangs up, or is sent away', async () => {
    const budget = createByteBudget(100);
    const failing = budget.lease('a', async ({ receive }) => {
      await receive(never(), once(60));
      throw new Error('It fails.');
    });
    await expect(failing).rejects.toThrow('It fails.');
    const gone = new AbortController();
    const left = budget.lease('a', ({ receive }) => receive(gone.signal, forever));
    gone.abort(new Error('It hung up.'));
    await expect(left).rejects.toThrow('It hung up.');
    expect(budget.heldBytes).toBe(0);
  });

  test('has whoever holds most give way, the newest first, and only while it receives', async () => {
    const budget = createByteBudget(100);
    const [older, newer] = [holding(budget, 'greedy', 40), holding(budget, 'greedy', 40)];
    await budget.lease('greedy', async ({ receive }) => {
      await receive(never(), once(10));
      await budget.lease('modest', async (lease) => {
        await lease.receive(never(), once(30));
        expect(await newer).toBe('slots-full');
        expect(budget.heldBytes).toBe(40 + 10 + 30);
        await lease.receive(never(), once(15));
        await expect(lease.receive(never(), once(10))).rejects.toMatchObject(full);
      });
    });
    expect(await Promise.race([older, 'still there'])).toBe('still there');
  });

  test('never holds more than it may, whoever comes and goes', async () => {
    const step = fc.record({
      caller: fc.constantFrom('a', 'b', 'c', 'd'),
      bytes: fc.array(fc.nat(60), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const budget = createByteBudget(100);
        await Promise.allSettled(
          steps.map(({ caller, bytes }) =>
            budget.lease(caller, ({ receive }) =>
              receive(never(), async (add) => {
                for (const count of bytes) {
                  add(count);
                  expect(budget.heldBytes).toBeLessThanOrEqual(100);
                  await Promise.resolve();
                }
              }),
            ),
          ),
        );
        expect(budget.heldBytes).toBe(0);
      }),
    );
  });

  test('lets a caller in who asks for less than the one who holds most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 40 }),
        async (sizes, wanted) => {
          const budget = createByteBudget(100);
          const greedy = sizes.map((size) => holding(budget, 'greedy', size));
          if (budget.heldBytes > wanted) {
            await budget.lease('modest', ({ receive }) => receive(never(), once(wanted)));
          }
          expect(greedy).toHaveLength(sizes.length);
        },
      ),
    );
  });
});
