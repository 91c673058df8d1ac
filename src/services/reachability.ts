/** Whether what this process depends on can be reached: asked by probes, every few seconds, for ever. */

import { abandonable, NEVER, within } from '../concurrency/deadline.ts';
import type { SharedServices } from './services.ts';

export type Reachability = 'ok' | 'storage-full' | 'storage-unreachable' | 'queue-unreachable';

/** What does not answer within this time counts as gone: less than the second that Kubernetes' probes wait. */
const PATIENCE_MS = 800;

/** One look is for all who ask while it is under way. Never rejects. */
export function createReachability(
  { store, queues }: Pick<SharedServices, 'store' | 'queues'>,
  patienceMs = PATIENCE_MS,
): () => Promise<Reachability> {
  const answers = (look: Promise<unknown>) => inTime(look, patienceMs);
  const look = async (): Promise<Reachability> => {
    let hasRoom = true;
    const lookForRoom = async () => {
      hasRoom = await store.hasRoom();
    };
    const [listed, roomAnswers, ...queuesAnswer] = await Promise.all([
      answers(store.list(PROBES, { limit: 1 })),
      answers(lookForRoom()),
      answers(queues.jobs.check()),
      answers(queues.webhooks.check()),
    ]);
    if (!listed || !roomAnswers) return 'storage-unreachable';
    if (!hasRoom) return 'storage-full';
    return queuesAnswer.every(Boolean) ? 'ok' : 'queue-unreachable';
  };
  let underWay: Promise<Reachability> | undefined;
  return () => {
    underWay ??= look().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** A prefix under which nothing lies. */
const PROBES = 'probes/';

async function inTime(look: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const patient = within(NEVER, { timeoutMs }, (limited) => abandonable(limited, look));
  return patient.then(
    () => true,
    () => false,
  );
}
