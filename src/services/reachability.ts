/** Whether what this process depends on can be reached: asked by probes, every few seconds, for ever. */

import { abandonable, NEVER, within } from '../concurrency/deadline.ts';
import type { Log } from '../telemetry/log.ts';
import type { SharedServices } from './services.ts';

export type Reachability = 'ok' | 'storage-full' | 'storage-unreachable' | 'queue-unreachable';

/** What does not answer within this time counts as gone: less than the second that Kubernetes' probes wait. */
const PATIENCE_MS = 800;

/** Anybody may ask, and each look costs requests to the store and the queues. */
const MAX_AGE_MS = 1000;

export interface ReachabilityOptions {
  readonly patienceMs?: number;
  /** Milliseconds since any moment. */
  readonly nowMs?: () => number;
}

interface Look {
  readonly state: Reachability;
  /** Why it is not `ok`, where something rejected. */
  readonly cause?: unknown;
}

/**
 * One look is for all who ask while it is under way and for a second more. When the state changes it is logged.
 * Never rejects.
 */
export function createReachability(
  services: Pick<SharedServices, 'store' | 'queues' | 'log'>,
  { patienceMs = PATIENCE_MS, nowMs = () => performance.now() }: ReachabilityOptions = {},
): () => Promise<Reachability> {
  let before: Reachability = 'ok';
  let latest: { readonly state: Promise<Reachability>; atMs: number } | undefined;
  const observed = async (): Promise<Reachability> => {
    const { state, cause } = await look(services, patienceMs);
    if (state !== before) tell(services.log, state, cause);
    before = state;
    return state;
  };
  return () => {
    if (latest && nowMs() - latest.atMs <= MAX_AGE_MS) return latest.state;
    const current = { state: observed(), atMs: Number.POSITIVE_INFINITY };
    latest = current;
    return current.state.finally(() => {
      current.atMs = nowMs();
    });
  };
}

function tell(log: Log, state: Reachability, err: unknown): void {
  if (state === 'ok') log.info({ state }, 'storage and queues can be reached again');
  else log.error({ state, err }, 'storage or queues cannot be used: the process is not ready');
}

async function look(
  { store, queues }: Pick<SharedServices, 'store' | 'queues'>,
  patienceMs: number,
): Promise<Look> {
  let hasRoom = true;
  const lookForRoom = async () => {
    hasRoom = await store.hasRoom();
  };
  const reached = async (state: Reachability, asked: Promise<unknown>): Promise<Look> =>
    inTime(asked, patienceMs).then(
      () => ({ state: 'ok' }),
      (cause: unknown) => ({ state, cause }),
    );
  const looks = await Promise.all([
    reached('storage-unreachable', store.list(PROBES, { limit: 1 })),
    reached('storage-unreachable', lookForRoom()),
    reached('queue-unreachable', queues.jobs.check()),
    reached('queue-unreachable', queues.webhooks.check()),
  ]);
  const lost = looks.find(({ state }) => state !== 'ok');
  if (lost?.state === 'storage-unreachable') return lost;
  return hasRoom ? (lost ?? { state: 'ok' }) : { state: 'storage-full' };
}

/** A prefix under which nothing lies. */
const PROBES = 'probes/';

function inTime(asked: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  return within(NEVER, { timeoutMs }, (limited) => abandonable(limited, asked));
}
