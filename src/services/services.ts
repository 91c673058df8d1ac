/** The composition root: everything with state is made here, once per process. */

import { createSlots } from '../concurrency/slots.ts';
import type { Config } from '../config/config.ts';
import { JOB_KINDS } from '../jobs/kinds.ts';
import { createWorker } from '../jobs/worker.ts';
import type { Handlers, Queue } from '../queues/queue.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { createJobServices, type JobServices } from './job-services.ts';
import { createPaintServices, type PaintServices } from './paint-services.ts';

/** What a queue carries, and who takes it from there. */
export interface Line {
  readonly queue: Queue;
  readonly handlers: Handlers;
  /** Messages handled at the same time. */
  readonly concurrency: number;
  /** Of those, most that are of one caller, or for one host. */
  readonly perGroup: number;
}

export interface Services extends PaintServices, JobServices {
  readonly config: Config;
  readonly log: Log;
  readonly lines: { readonly jobs: Line; readonly webhooks: Line };
}

/** Webhooks that are being delivered at the same time, for one caller or to one host. */
const WEBHOOKS_PER_GROUP = 16;

/** As many groups may have their share under way at once: one that is slow leaves room for others. */
const GROUPS_AT_ONCE = 4;

/**
 * Rejects with an `EngineUnavailableError`, a `CatalogError` or a `ConfigError` where a part is
 * missing.
 */
export async function createServices(config: Config): Promise<Services> {
  const log = createLog(config.LOG_LEVEL);
  const work = await createJobServices(config, log);
  const painting = await createPaintServices(config, log);
  const { blobs, images, jobs, deliveries, queues } = work;
  const worker = createWorker({
    jobs,
    kinds: JOB_KINDS,
    tools: { blobs, images, stylizer: painting.stylizer },
    turns: createSlots({
      slots: config.JOB_CONCURRENCY,
      queueSize: Number.POSITIVE_INFINITY,
    }),
    timeoutMs: config.JOB_TIMEOUT_MS,
  });
  return {
    config,
    log,
    ...painting,
    ...work,
    lines: {
      jobs: {
        queue: queues.jobs,
        handlers: worker,
        concurrency: config.JOB_CONCURRENCY * GROUPS_AT_ONCE,
        perGroup: config.JOB_CONCURRENCY,
      },
      webhooks: {
        queue: queues.webhooks,
        handlers: deliveries.handlers,
        concurrency: WEBHOOKS_PER_GROUP * GROUPS_AT_ONCE,
        perGroup: WEBHOOKS_PER_GROUP,
      },
    },
  };
}
