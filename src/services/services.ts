/** The composition root: everything with state is made here, once per process. */

import type { Access } from '../access/access.ts';
import { createLimits, type Limits } from '../access/limits.ts';
import { OPEN_TENANT } from '../access/tenants.ts';
import { createUsage } from '../access/usage.ts';
import { recent } from '../concurrency/recent.ts';
import { createSlots } from '../concurrency/slots.ts';
import type { Config } from '../config/config.ts';
import type { Tools } from '../jobs/kind.ts';
import { JOB_KINDS } from '../jobs/kinds.ts';
import { styleKind } from '../jobs/style/kind.ts';
import { stylizationKind } from '../jobs/stylization/kind.ts';
import { videoKind } from '../jobs/video/kind.ts';
import { createWorker, type Lane } from '../jobs/worker.ts';
import type { Handlers, Queue } from '../queues/queue.ts';
import { byTenant } from '../queues/tenant-queue.ts';
import { tracedHandlers } from '../queues/traced-queue.ts';
import { countedResults } from '../results/counted-results.ts';
import { type Identity, identityOf } from '../results/identity.ts';
import { keptPaintings } from '../results/kept-paintings.ts';
import { meteredStylizer } from '../results/metered-stylizer.ts';
import { meteredVideos } from '../results/metered-videos.ts';
import { recentPaintings } from '../results/recent-paintings.ts';
import { createResults, type Results, withoutResults } from '../results/results.ts';
import { tenantResults } from '../results/tenant-results.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { boundedStore } from '../storage/bounded-store.ts';
import { type Repertoire, repertoireOf } from '../styles/repertoire.ts';
import { type PicturedStyles, picturedStyles } from '../stylization/pictured-styles.ts';
import type { Stylizer } from '../stylization/stylizer.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import type { StyleTrainer } from '../training/style-trainer.ts';
import { createAccessOf } from './access-services.ts';
import {
  createJobServices,
  deliveringHandlers,
  type JobServices,
  MAX_TENANTS,
} from './job-services.ts';
import { createPaintServices, type PaintServices, scratchFolderOf } from './paint-services.ts';
import { trainerOf } from './style-training.ts';
import {
  createMetering,
  createTracing,
  gaugeAll,
  type Metering,
  type Tracing,
} from './telemetry-services.ts';
import type { TenantServices } from './tenant-services.ts';

/** What a queue carries, and who takes it from there. */
export interface Line {
  readonly queue: Queue;
  readonly handlers: Handlers;
  /** Messages handled at the same time. */
  readonly concurrency: number;
  /** Of those, most that are of one caller, or for one host. */
  readonly perGroup: number;
}

/** What all tenants share. */
export interface SharedServices
  extends Omit<PaintServices, 'stylizer' | 'videos'>,
    JobServices,
    Metering {
  /** The styles that everybody may know of. */
  readonly repertoire: Repertoire;
  /** Of styles that are asked for. */
  readonly trainer: StyleTrainer;
  readonly config: Config;
  readonly log: Log;
  /** Who may call. */
  readonly access: Access;
  /** How much they may ask for. */
  readonly limits: Limits;
  readonly tracing: Tracing;
  readonly lines: { readonly jobs: Line; readonly webhooks: Line };
  readonly of: (tenant: string) => Services;
}

/** What is shared, with all that is one tenant's: nothing of another one can be reached by it. */
export interface Services extends SharedServices, TenantServices {
  /** What paintings follow from, beside photographs and options. */
  readonly identity: Identity;
  /** Paints what is not kept. */
  readonly stylizer: Results;
  /** Styles of pictures that come with requests. */
  readonly picturedStyles: PicturedStyles;
}

/** Webhooks that are being delivered at the same time, for one caller or to one host. */
const WEBHOOKS_PER_GROUP = 16;

/** As many groups may have their share under way at once: one that is slow leaves room for others. */
const GROUPS_AT_ONCE = 4;

/**
 * Rejects with an `EngineUnavailableError`, a `CatalogError` or a `ConfigError` where a part is
 * missing.
 */
export async function createServices(config: Config): Promise<SharedServices> {
  const log = createLog(config.LOG_LEVEL);
  const metering = await createMetering(config);
  const { meter } = metering;
  const tracing = await createTracing(config, log);
  const work = await createJobServices(config, log, meter);
  const access = await createAccessOf(config, work.store, log);
  const painting = await createPaintServices(config, log, meter);
  const { store, workOf, queues } = work;
  const { ENGINE, WHOLE_PIXELS } = config;
  const usage = createUsage({
    blobsOf: (tenant) => workOf(tenant).blobs,
    report: (key, err) => log.error({ err, key }, 'a record is damaged: it was put aside'),
    onError: (err) => log.error({ err }, 'painted pixels could not be counted: they will be'),
  });
  const counted = async (tenant: string, pixels: number) => {
    if (!(await access.isOpen())) await usage.add(tenant, pixels);
  };
  const shipped = new Set(painting.catalog.styles.map(({ id }) => id));
  const resultsWith = keeping(store, config, log);
  const paintingOf = recent((tenant) => {
    const { learned, pictured } = workOf(tenant);
    const repertoire = repertoireOf(painting.catalog, learned, pictured);
    const { sessions, stylizer, videos } = painting.paintersOf(repertoire);
    const identity = identityOf({ repertoire, sessions, engine: `${ENGINE} ${WHOLE_PIXELS}` });
    const results = countedResults(resultsWith(meteredStylizer(stylizer, counted), identity), {
      meter,
      styles: shipped,
      precision: sessions.precision,
    });
    return {
      repertoire,
      identity,
      stylizer: tenantResults(results, tenant),
      videos: meteredVideos(videos, (pixels) => counted(tenant, pixels)),
    };
  }, MAX_TENANTS);
  gaugeAll(meter, {
    slots: { whole: painting.slots, large: painting.largeSlots, headers: painting.headerSlots },
    queues,
    sessions: painting.sessions,
    folders: {
      scratch: scratchFolderOf(config),
      ...(config.S3_BUCKET === '' && { data: config.DATA_DIR }),
    },
  });
  const lanes = {
    [stylizationKind.name]: lane(config.JOB_CONCURRENCY, config.JOB_TIMEOUT_MS),
    [styleKind.name]: lane(config.TRAINING_CONCURRENCY, config.TRAINING_TIMEOUT_MS),
    [videoKind.name]: lane(config.VIDEO_CONCURRENCY, config.VIDEO_TIMEOUT_MS),
  };
  const jobsAtOnce = Object.values(lanes).reduce((sum, { slots }) => sum + slots, 0);
  const trainer = trainerOf(config);
  const toolsOf = (tenant: string): Tools => {
    const { blobs, images, videoFiles, learned } = workOf(tenant);
    const { stylizer, videos } = paintingOf(tenant);
    return { blobs, images, videoFiles, stylizer, videos, learned, trainer };
  };
  const workerOf = recent((tenant) => {
    const { jobs } = workOf(tenant);
    return createWorker({ jobs, kinds: JOB_KINDS, tools: toolsOf(tenant), lanes, meter });
  }, MAX_TENANTS);
  const shared: SharedServices = {
    config,
    log,
    ...metering,
    tracing,
    access,
    limits: createLimits(usage),
    ...painting,
    ...work,
    trainer,
    repertoire: repertoireOf(painting.catalog),
    async close() {
      await usage.close();
      await painting.close();
      await tracing.stop();
    },
    of: recent((tenant) => {
      const work = workOf(tenant);
      const blobs = bounded(work.blobs, config);
      const { repertoire, identity, stylizer } = paintingOf(tenant);
      const pictures = picturedStyles(work.pictured, painting.predictions);
      const own = { repertoire, identity, stylizer, picturedStyles: pictures };
      return { ...shared, ...work, ...own, blobs };
    }, MAX_TENANTS),
    lines: {
      jobs: {
        queue: queues.jobs,
        handlers: tracedHandlers(
          queues.jobs,
          'jobs',
          byTenant((tenant = OPEN_TENANT) => workerOf(tenant)),
        ),
        concurrency: jobsAtOnce * GROUPS_AT_ONCE,
        perGroup: jobsAtOnce,
      },
      webhooks: {
        queue: queues.webhooks,
        handlers: deliveringHandlers(work),
        concurrency: WEBHOOKS_PER_GROUP * GROUPS_AT_ONCE,
        perGroup: WEBHOOKS_PER_GROUP,
      },
    },
  };
  return shared;
}

/** Work that waits has been accepted: its number is bounded elsewhere. */
function lane(slots: number, timeoutMs: number): Lane {
  return { slots, timeoutMs, turns: createSlots({ slots, queueSize: Number.POSITIVE_INFINITY }) };
}

/** What callers write; records and what workers paint are not held back. */
function bounded(blobs: BlobStore, { TENANT_STORAGE_BYTES: maxBytes }: Config): BlobStore {
  return maxBytes === 0 ? blobs : boundedStore(blobs, maxBytes);
}

/** A stylizer, with the paintings that are kept before it. */
function keeping(
  blobs: BlobStore,
  { RESULTS_MAX_BYTES: maxBytes, RESULTS_TTL_SECONDS: ttlSeconds }: Config,
  log: Log,
): (stylizer: Stylizer, identity: Identity) => Results {
  if (maxBytes === 0) return withoutResults;
  const report = (err: unknown, message: string) => log.error({ err }, message);
  const kept = recentPaintings(keptPaintings({ blobs, maxBytes, ttlSeconds, report }));
  return (stylizer, identity) => createResults(stylizer, kept, identity);
}
