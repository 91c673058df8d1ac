/** Turns and shares: however much one group has waiting, the others come next. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTurns } from '../../src/queues/turns.ts';

const entries = fc.array(
  fc.record({ caller: fc.integer({ min: 0, max: 4 }), host: fc.integer({ min: 0, max: 3 }) }),
  { minLength: 1, maxLength: 60 },
);

test('with any messages: no group exceeds its share, all are taken, and turns alternate', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 4 }), (given, perGroup) => {
      const turns = createTurns<{ groups: string[] }>(perGroup);
      for (const { caller, host } of given) turns.add({ groups: [`c${caller}`, `h${host}`] });
      const underWay: { groups: string[] }[] = [];
      const order: string[] = [];
      for (let taken = 0; taken < given.length; ) {
        const next = turns.take();
        if (next === undefined) {
          // Nothing may go on although something waits: only where shares are used up.
          const first = underWay.shift();
          expect(first).toBeDefined();
          turns.done(first!);
          continue;
        }
        taken += 1;
        underWay.push(next);
        order.push(next.groups[0]!);
        for (const depth of [0, 1]) {
          const name = next.groups[depth];
          const same = underWay.filter(({ groups }) => groups[depth] === name).length;
          expect(same).toBeLessThanOrEqual(perGroup);
        }
      }
      expect(turns.take()).toBeUndefined();
      expect(order).toHaveLength(given.length);
    }),
  );
});

test('a newcomer waits for one turn of each other caller, not for all that they have', () => {
  const turns = createTurns<{ groups: string[]; n: number }>(1000);
  for (let n = 0; n < 100; n += 1) turns.add({ groups: ['a', `h${n}`], n });
  for (let n = 0; n < 100; n += 1) turns.add({ groups: ['b', 'h'], n });
  turns.add({ groups: ['c', 'h'], n: 0 });
  expect([1, 2, 3].map(() => turns.take()?.groups[0]).sort()).toEqual(['a', 'b', 'c']);
  const rest = Array.from({ length: 10 }, () => turns.take());
  expect(rest.filter((entry) => entry?.groups[0] === 'b').map((entry) => entry?.n)).toEqual([
    1, 2, 3, 4, 5,
  ]);
});
