/** Working on what the queues hold, for as long as the process lives. */

import { ProblemError } from './errors.ts';
import type { Consumer } from './queues/queue.ts';
import type { Services } from './services.ts';
import { expireAll } from './storage/retention.ts';
import { after } from './timers.ts';

export interface RunningWork {
  /**
   * Takes nothing new, gives what is under way the configured time to finish, and leaves the rest
   * to the next process.
   */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 60_000;
const MOST_SWEPT = 1000;

/** Consumes jobs and webhooks, and removes what need not be kept any longer. */
export async function startWork(services: Services): Promise<RunningWork> {
  const { config, lines, log } = services;
  const onError = (err: unknown, message?: unknown) =>
    log.info({ err, message }, 'it will be tried again');
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

/** Of the time that a sweep took: one through very many files must not keep the disk busy. */
const REST = 20;

/** Removes now and then what need not be kept any longer, until what it returns is called. */
function keepSweeping({ blobs, jobs, batches, retention, log }: Services): () => void {
  const onError = (err: unknown) => log.error({ err }, 'something that is over was not removed');
  let cancel = () => {};
  let stopped = false;
  const sweep = async (): Promise<void> => {
    const started = performance.now();
    await blobs.sweep().catch(onError);
    await jobs.removeExpired(MOST_SWEPT, onError).catch(onError);
    await batches.removeExpired(MOST_SWEPT, onError).catch(onError);
    await expireAll(blobs, retention, onError);
    const tookMs = performance.now() - started;
    if (!stopped) cancel = after(Math.max(SWEEP_EVERY_MS, tookMs * REST), () => void sweep());
  };
  void sweep();
  return () => {
    stopped = true;
    cancel();
  };
}
