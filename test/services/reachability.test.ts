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

function places(change: Change): Places {
  const { list = async () => [], hasRoom = async () => true, check = async () => {} } = change;
  const queue = { check };
  return {
    store: { list, hasRoom },
    queues: { jobs: queue, webhooks: queue },
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
  expect(await createReachability(places(change), 50)()).toBe(state);
});

test('is looked at once for all who ask at the same time, and again later', async () => {
  let looks = 0;
  const list = async () => {
    looks += 1;
    return [];
  };
  const reachability = createReachability(places({ list }), 50);
  await Promise.all([reachability(), reachability(), reachability()]);
  expect(looks).toBe(1);
  await reachability();
  expect(looks).toBe(2);
});
