/** Working on what the queues hold, for as long as the process lives. */

import { OPEN_TENANT } from '../access/tenants.ts';
import { after } from '../concurrency/timers.ts';
import { ProblemError } from '../errors.ts';
import { BATCH_ENDS } from '../jobs/batches.ts';
import { JOB_ENDS } from '../jobs/job-store.ts';
import type { Consumer, Message } from '../queues/queue.ts';
import { giveWay } from '../results/bounds.ts';
import { RESULTS_PREFIX } from '../results/kept-paintings.ts';
import type { SharedServices } from '../services/services.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { expireAll } from '../storage/retention.ts';
import { tenantsWith } from '../storage/tenant-store.ts';
import { logRetry } from './retries.ts';

export interface RunningWork {
  /**
   * Takes nothing new, gives what is under way the configured time to finish, and leaves the rest
   * to the next process.
   */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 60_000;
const MAX_SWEPT = 1000;

/** Consumes jobs and webhooks, and removes what need not be kept any longer. */
export async function startWork(services: SharedServices): Promise<RunningWork> {
  const { config, lines, log } = services;
  const onError = (err: unknown, message?: Message) => logRetry(log, err, message);
  const consumers: Consumer[] = [];
  for (const { queue, handlers, ...share } of [lines.jobs, lines.webhooks]) {
    consumers.push(await queue.consume(handlers, { ...share, onError }));
  }
  const stopSweeping = keepSweeping(services);
  return {
    async stop() {
      stopSweeping();
      const stopped = Promise.all(consumers.map((consumer) => consumer.stop()));
      const abort = () => {
        const reason = new ProblemError('shutting-down', 'This instance is shutting down.');
        for (const consumer of consumers) consumer.abort(reason);
      };
      const cancel = after(config.SHUTDOWN_TIMEOUT_MS, abort);
      await stopped;
      cancel();
    },
  };
}

/** Removes what need not be kept any longer; what could not be removed is told of, and left. */
export async function sweep(services: SharedServices): Promise<void> {
  const { store, retention, workOf, log } = services;
  const onError = (err: unknown) => log.error({ err }, 'something that is over was not removed');
  await store.sweep().catch(onError);
  for (const tenant of (await tenantsWithEnds(store).catch(onError)) ?? [OPEN_TENANT]) {
    const { jobs, batches } = workOf(tenant);
    await jobs.removeExpired(MAX_SWEPT, onError).catch(onError);
    await batches.removeExpired(MAX_SWEPT, onError).catch(onError);
  }
  await expireAll(store, retention, onError);
  await giveWay(store, RESULTS_PREFIX).catch(onError);
}

/** Those who have jobs or batches that will end. */
async function tenantsWithEnds(store: BlobStore): Promise<Set<string>> {
  const tenants = new Set([OPEN_TENANT]);
  for (const prefix of [JOB_ENDS, BATCH_ENDS]) {
    for await (const tenant of tenantsWith(store, prefix)) tenants.add(tenant);
  }
  return tenants;
}

/** Of the time that a sweep took: one through very many files must not keep the disk busy. */
const REST = 20;

/** Sweeps now and then, until what it returns is called. */
function keepSweeping(services: SharedServices): () => void {
  let cancel = () => {};
  let stopped = false;
  const sweepAgain = async (): Promise<void> => {
    const started = performance.now();
    await sweep(services);
    const tookMs = performance.now() - started;
    if (!stopped) cancel = after(Math.max(SWEEP_EVERY_MS, tookMs * REST), () => void sweepAgain());
  };
  void sweepAgain();
  return () => {
    stopped = true;
    cancel();
  };
}
