/** The composition root: everything with state is made here, once per process. */

import type { Access } from '../access/access.ts';
import { createSlots } from '../concurrency/slots.ts';
import type { Config } from '../config/config.ts';
import { JOB_KINDS } from '../jobs/kinds.ts';
import { createWorker } from '../jobs/worker.ts';
import type { Handlers, Queue } from '../queues/queue.ts';
import { type Identity, identityOf } from '../results/identity.ts';
import { keptPaintings } from '../results/kept-paintings.ts';
import { recentPaintings } from '../results/recent-paintings.ts';
import { createResults, type Results, withoutResults } from '../results/results.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Stylizer } from '../stylization/stylizer.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { createAccessOf } from './access-services.ts';
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
  /** Paints what is not kept. */
  readonly stylizer: Results;
  /** What paintings follow from, beside photographs and options. */
  readonly identity: Identity;
  readonly config: Config;
  readonly log: Log;
  /** Who may call. */
  readonly access: Access;
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
  const access = await createAccessOf(config, work.blobs, log);
  const painting = await createPaintServices(config, log);
  const { blobs, images, jobs, deliveries, queues } = work;
  const { ENGINE, WHOLE_PIXELS } = config;
  const identity = identityOf({ ...painting, engine: `${ENGINE} ${WHOLE_PIXELS}` });
  const stylizer = keeping(painting.stylizer, identity, blobs, config, log);
  const worker = createWorker({
    jobs,
    kinds: JOB_KINDS,
    tools: { blobs, images, stylizer },
    turns: createSlots({
      slots: config.JOB_CONCURRENCY,
      queueSize: Number.POSITIVE_INFINITY,
    }),
    timeoutMs: config.JOB_TIMEOUT_MS,
  });
  return {
    config,
    log,
    access,
    ...painting,
    ...work,
    stylizer,
    identity,
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

/** The stylizer, with the paintings that are kept before it. */
function keeping(
  stylizer: Stylizer,
  identity: Identity,
  blobs: BlobStore,
  { RESULTS_MAX_BYTES: maxBytes, RESULTS_TTL_SECONDS: ttlSeconds }: Config,
  log: Log,
): Results {
  if (maxBytes === 0) return withoutResults(stylizer);
  const report = (err: unknown, message: string) => log.error({ err }, message);
  const kept = keptPaintings({ blobs, maxBytes, ttlSeconds, report });
  return createResults(stylizer, recentPaintings(kept), identity);
}
