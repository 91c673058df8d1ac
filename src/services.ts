/** The composition root: everything with state is made here, once per process. */

import type { Config } from './config.ts';
import { createJobServices, type JobServices } from './job-services.ts';
import { createWorker } from './jobs/worker.ts';
import { createPaintServices, type PaintServices } from './paint-services.ts';
import type { Handlers, Queue } from './queues/queue.ts';
import { createLog, type Log } from './telemetry.ts';

/** What a queue carries, and who takes it from there. */
export interface Line {
  readonly queue: Queue;
  readonly handlers: Handlers;
  /** Messages handled at the same time. */
  readonly concurrency: number;
}

export interface Services extends PaintServices, JobServices {
  readonly config: Config;
  readonly log: Log;
  readonly lines: { readonly jobs: Line; readonly webhooks: Line };
}

/** Webhooks that are being delivered at the same time. */
const WEBHOOK_CONCURRENCY = 16;

/**
 * Rejects with an `EngineUnavailableError`, a `CatalogueError` or a `ConfigError` where a part is
 * missing.
 */
export async function createServices(config: Config): Promise<Services> {
  const log = createLog(config.LOG_LEVEL);
  const work = await createJobServices(config);
  const painting = await createPaintServices(config, log);
  const { blobs, images, jobs, deliveries, queues } = work;
  const worker = createWorker({
    jobs,
    blobs,
    stylizer: painting.stylizer,
    images,
    timeoutMs: config.JOB_TIMEOUT_MS,
  });
  return {
    config,
    log,
    ...painting,
    ...work,
    lines: {
      jobs: { queue: queues.jobs, handlers: worker, concurrency: config.JOB_CONCURRENCY },
      webhooks: {
        queue: queues.webhooks,
        handlers: deliveries.handlers,
        concurrency: WEBHOOK_CONCURRENCY,
      },
    },
  };
}
