/** What readiness says of storage and queues: of their answers, and of their silence. */

import { expect, test } from 'vitest';
import { createReachability } from '../../src/services/reachability.ts';

type Places = Parameters<typeof createReachability>[0];

const SILENCE = new Promise<never>(() => {});

interface Change {
  readonly list?: () => Promise<string[]>;
  readonly hasRoom?: () => Promise<boolean>;
  readonly check?: () => Promise<void>;
}

function places(change: Change, log: Partial<Places['log']> = {}): Places {
  const { list = async () => [], hasRoom = async () => true, check = async () => {} } = change;
  const queue = { check };
  return {
    store: { list, hasRoom },
    queues: { jobs: queue, webhooks: queue },
    log: { info: () => {}, error: () => {}, ...log },
  } as unknown as Places;
}

const STATES: readonly (readonly [state: string, change: Change])[] = [
  ['ok', {}],
  ['storage-unreachable', { list: () => Promise.reject(new Error('gone')) }],
  ['storage-unreachable', { list: () => SILENCE }],
  ['storage-full', { hasRoom: async () => false }],
  ['storage-unreachable', { hasRoom: () => Promise.reject(new Error('gone')) }],
  ['storage-unreachable', { hasRoom: () => SILENCE }],
  ['queue-unreachable', { check: () => Promise.reject(new Error('gone')) }],
  ['queue-unreachable', { check: () => SILENCE }],
];

test.each(STATES)('%s', async (state, change) => {
  expect(await createReachability(places(change), { patienceMs: 50 })()).toBe(state);
});

test('is looked at once for all who ask within a second, and again later', async () => {
  let [looks, now] = [0, 0];
  const list = async () => {
    looks += 1;
    return [];
  };
  const reachability = createReachability(places({ list }), { nowMs: () => now });
  await Promise.all([reachability(), reachability(), reachability()]);
  now += 1000;
  await reachability();
  expect(looks).toBe(1);
  now += 1;
  await reachability();
  expect(looks).toBe(2);
});

test('is logged with its cause when it changes', async () => {
  const lines: unknown[] = [];
  const log = {
    info: (fields: object) => lines.push(fields),
    error: (fields: object) => lines.push(fields),
  };
  let [gone, now]: [Error | undefined, number] = [undefined, 0];
  const check = async () => {
    if (gone) throw gone;
  };
  const reachability = createReachability(places({ check }, log), { nowMs: () => now });
  const askedLater = () => {
    now += 2000;
    return reachability();
  };
  await askedLater();
  const err = new Error('gone');
  gone = err;
  await askedLater();
  await askedLater();
  gone = undefined;
  await askedLater();
  expect(lines).toEqual([{ state: 'queue-unreachable', err }, { state: 'ok' }]);
});
