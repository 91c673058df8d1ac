/** Working on what the queues hold, for as long as the process lives. */

import { ProblemError } from './errors.ts';
import type { Consumer } from './queues/queue.ts';
import type { Services } from './services.ts';
import { after, every } from './timers.ts';

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
  const { config, jobs, lines, log } = services;
  const onError = (err: unknown, message?: unknown) =>
    log.info({ err, message }, 'it will be tried again');
  const consumers: Consumer[] = [];
  for (const { queue, handlers, concurrency } of [lines.jobs, lines.webhooks]) {
    consumers.push(await queue.consume(handlers, { concurrency, onError }));
  }
  const sweep = () =>
    jobs
      .removeExpired(MOST_SWEPT)
      .catch((err: unknown) => log.error({ err }, 'expired jobs could not be removed'));
  const stopSweeping = every(SWEEP_EVERY_MS, sweep);
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
