/** The composition root: everything with state is made here, once per process. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, ConfigError, PAINTING_BYTES_PER_PIXEL } from './config.ts';
import type { Engine } from './core/engine.ts';
import { parseStyleMix, type StyleMix } from './core/mix.ts';
import { createSlots, type Slots } from './engines/slots.ts';
import { threadedEngine } from './engines/threaded.ts';
import { type HeicDecoder, heicDecoder } from './images/heic/heic.ts';
import { createJobServices, type JobServices } from './job-services.ts';
import { createWorker } from './jobs/worker.ts';
import type { Handlers, Queue } from './queues/queue.ts';
import { type Catalogue, type LoadedStyle, openCatalogue } from './styles/catalogue.ts';
import { fasterPrecision, type Precision } from './styles/precision.ts';
import { createSessions, loadMix, type Sessions } from './styles/sessions.ts';
import { createStylizer, type Stylizer, type StylizerLimits } from './stylizer.ts';
import { createLog, type Log } from './telemetry.ts';

/** As the build names them. */
const SCRIPTS = {
  worker: 'paint-worker.js',
  large: 'large-process.js',
  heic: 'heic-worker.js',
};

/** What a queue carries, and who takes it from there. */
export interface Line {
  readonly queue: Queue;
  readonly handlers: Handlers;
  /** Messages handled at the same time. */
  readonly concurrency: number;
}

export interface Services extends JobServices {
  readonly config: Config;
  readonly log: Log;
  readonly catalogue: Catalogue;
  readonly sessions: Sessions;
  readonly slots: Slots;
  /** For pictures that are painted in strips. */
  readonly largeSlots: Slots;
  readonly headerSlots: Slots;
  readonly heic: HeicDecoder;
  readonly stylizer: Stylizer;
  readonly lines: { readonly jobs: Line; readonly webhooks: Line };
  /** What is painted where a request names no style. */
  readonly defaultMix: StyleMix;
  close(): Promise<void>;
}

/** Webhooks that are being delivered at the same time. */
const WEBHOOK_CONCURRENCY = 16;

/**
 * Rejects with an `EngineUnavailableError`, a `CatalogueError` or a `ConfigError` where a part is
 * missing.
 */
export async function createServices(config: Config): Promise<Services> {
  const log = createLog(config.LOG_LEVEL);
  const catalogue = await openCatalogue(config.MODELS_DIR);
  const mix = defaultMix(config.DEFAULT_STYLE, catalogue);
  const work = await createJobServices(config);
  const engine = await threadedEngine({
    engine: config.ENGINE,
    workers: config.WORKERS,
    threads: config.THREADS,
    scripts: {
      worker: join(config.DIST_DIR, SCRIPTS.worker),
      large: join(config.DIST_DIR, SCRIPTS.large),
    },
  });
  const sessions = createSessions({
    engine,
    catalogue,
    budgetBytes: config.SESSION_CACHE_BYTES,
    precision: once(async () => {
      const precision = await choosePrecision(config, engine, () => loadMix(catalogue, mix));
      log.info({ precision }, 'precision chosen');
      return precision;
    }),
  });
  const slots = createSlots({ slots: config.SLOTS, queueSize: config.QUEUE_SIZE });
  const largeSlots = createSlots({ slots: LARGE_SLOTS, queueSize: config.QUEUE_SIZE });
  const headerSlots = createSlots({ slots: config.SLOTS, queueSize: config.QUEUE_SIZE });
  const heic = heicDecoder({
    script: join(config.DIST_DIR, SCRIPTS.heic),
    timeoutMs: HEIC_TIMEOUT_MS,
  });
  const stylizer = createStylizer({
    sessions,
    slots,
    largeSlots,
    headerSlots,
    limits: limitsOf(config),
    heic,
    scratchFolder: config.SCRATCH_DIR || tmpdir(),
  });
  const { blobs, images, jobs, deliveries, queues } = work;
  const worker = createWorker({ jobs, blobs, stylizer, images, timeoutMs: config.JOB_TIMEOUT_MS });
  return {
    config,
    log,
    catalogue,
    sessions,
    slots,
    largeSlots,
    headerSlots,
    heic,
    stylizer,
    ...work,
    lines: {
      jobs: { queue: queues.jobs, handlers: worker, concurrency: config.JOB_CONCURRENCY },
      webhooks: {
        queue: queues.webhooks,
        handlers: deliveries.handlers,
        concurrency: WEBHOOK_CONCURRENCY,
      },
    },
    defaultMix: mix,
    async close() {
      await sessions.close();
      await engine.stop();
    },
  };
}

/** Until one HEIC file is decoded: an honest one of the largest size takes half as long. */
const HEIC_TIMEOUT_MS = 30_000;

/** Pictures painted in strips at the same time: each takes long, and leaves room for small ones. */
const LARGE_SLOTS = 1;

/** Only ONNX Runtime on a processor paints in strips. */
function limitsOf(config: Config): StylizerLimits {
  const { ENGINE, MAX_PIXELS, WHOLE_PIXELS, MAX_PAGES, MAX_DECODED_BYTES } = config;
  const maxPixels = ENGINE === 'onnx' ? MAX_PIXELS : Math.min(MAX_PIXELS, WHOLE_PIXELS);
  return {
    maxPixels,
    maxPages: MAX_PAGES,
    wholePixels: WHOLE_PIXELS,
    wholeBytes: WHOLE_PIXELS * PAINTING_BYTES_PER_PIXEL,
    maxDecodedBytes: MAX_DECODED_BYTES,
  };
}

/** Other runtimes than ONNX Runtime on a processor know float32 only. */
async function choosePrecision(
  { PRECISION, ENGINE }: Config,
  engine: Engine,
  style: () => Promise<LoadedStyle>,
): Promise<Precision> {
  if (ENGINE !== 'onnx') return 'float32';
  return PRECISION === 'auto' ? fasterPrecision(engine, await style()) : PRECISION;
}

/** The same promise for all callers; one that was rejected is forgotten. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    });
    return made;
  };
}

function defaultMix(text: string, catalogue: Catalogue): StyleMix {
  try {
    const mix = parseStyleMix(text);
    catalogue.resolve(mix);
    return mix;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`DEFAULT_STYLE: ${reason}`, { cause });
  }
}
