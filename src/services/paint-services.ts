/** What painting needs: everything but a place to keep things. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoized } from '../concurrency/memoized.ts';
import { createSlots, type Slots } from '../concurrency/slots.ts';
import { type Config, ConfigError, PAINTING_BYTES_PER_PIXEL } from '../config/config.ts';
import { threadedEngine } from '../engines/threads/engine.ts';
import { reasonOf } from '../errors.ts';
import { type HeicDecoder, heicDecoder } from '../images/heic/heic.ts';
import { parseStyleMix, type StyleMix } from '../network/mix.ts';
import type { Weights } from '../network/weights.ts';
import { sweepScratch } from '../rasters/scratch.ts';
import { type Catalog, openCatalog } from '../styles/catalog.ts';
import { paintSample } from '../styles/import.ts';
import { hasPredictor, openPredictor } from '../styles/predictor.ts';
import { type Repertoire, repertoireOf } from '../styles/repertoire.ts';
import { createSessions, loadMix, type Sessions } from '../styles/sessions.ts';
import type { StylizerLimits } from '../stylization/plan.ts';
import { createPredictions, type Predictions } from '../stylization/predictions.ts';
import { createStylizer, type Stylizer } from '../stylization/stylizer.ts';
import { createVideoStylizer, type VideoStylizer } from '../stylization/video/stylize-video.ts';
import type { Log } from '../telemetry/log.ts';
import { type Meter, SILENT_METER } from '../telemetry/meter.ts';
import { chosenPrecision } from './chosen-precision.ts';

/** As the build names them. */
const SCRIPTS = { worker: 'paint-worker.js', large: 'large-process.js', heic: 'heic-worker.js' };

/** What paints in the styles of one repertoire. */
export interface Painters {
  readonly sessions: Sessions;
  readonly stylizer: Stylizer;
  readonly videos: VideoStylizer;
}

/** With painters for the styles that ship. */
export interface PaintServices extends Painters {
  readonly catalog: Catalog;
  /** Tells styles from pictures. */
  readonly predictions: Predictions;
  /** The project's own sample picture, painted by these weights, as a JPEG. */
  readonly previewOf: (weights: Weights) => Promise<Uint8Array>;
  /** They share sessions, slots and threads. */
  readonly paintersOf: (repertoire: Repertoire) => Painters;
  readonly slots: Slots;
  /** For pictures that are painted in strips. */
  readonly largeSlots: Slots;
  readonly headerSlots: Slots;
  readonly heic: HeicDecoder;
  /** What is painted where a request names no style. */
  readonly defaultMix: StyleMix;
  close(): Promise<void>;
}

/** Where pictures lie while they are painted in strips. */
export function scratchFolderOf({ SCRATCH_DIR }: Config): string {
  return SCRATCH_DIR || tmpdir();
}

/**
 * Rejects with an `EngineUnavailableError`, a `CatalogError` or a `ConfigError` where a part is
 * missing.
 */
export async function createPaintServices(
  config: Config,
  log: Log,
  meter: Meter = SILENT_METER,
): Promise<PaintServices> {
  const catalog = await openCatalog(config.MODELS_DIR);
  const mix = defaultMix(config.DEFAULT_STYLE, catalog);
  await sweepScratch(scratchFolderOf(config)).catch((cause: unknown) => {
    throw new ConfigError(`SCRATCH_DIR: Expected a folder: ${reasonOf(cause)}`, { cause });
  });
  const engine = await threadedEngine({
    engine: config.ENGINE,
    workers: config.WORKERS,
    threads: config.THREADS,
    stripMemoryBytes: config.STRIP_MEMORY_BYTES,
    scripts: {
      worker: join(config.DIST_DIR, SCRIPTS.worker),
      large: join(config.DIST_DIR, SCRIPTS.large),
    },
  });
  const sessions = createSessions({
    engine,
    catalog,
    budgetBytes: config.SESSION_CACHE_BYTES,
    meter,
    precision: memoized(async () => {
      const precision = await chosenPrecision(config, engine, () => loadMix(catalog, mix));
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
  const limited = { slots, largeSlots, headerSlots, limits: limitsOf(config), heic };
  const predictions = createPredictions({
    ...limited,
    engine,
    isThere: await hasPredictor(config.MODELS_DIR),
    load: memoized(async () => {
      const found = await openPredictor(config.MODELS_DIR);
      return found && { predictor: engine.loadPredictor(found.parts), digest: found.digest };
    }),
  });
  const paintersOf = (repertoire: Repertoire): Painters => {
    const own = sessions.of(repertoire);
    const stylizer = createStylizer({
      ...limited,
      sessions: own,
      scratchFolder: scratchFolderOf(config),
    });
    const videos = createVideoStylizer({
      sessions: own,
      limits: {
        maxPixels: config.MAX_VIDEO_PIXELS,
        maxSeconds: config.MAX_VIDEO_SECONDS,
        maxFrames: config.MAX_VIDEO_FRAMES,
        maxFramePixels: config.WHOLE_PIXELS,
      },
      scratchFolder: scratchFolderOf(config),
    });
    return { sessions: own, stylizer, videos };
  };
  return {
    ...paintersOf(repertoireOf(catalog)),
    catalog,
    predictions,
    previewOf: (weights) => paintSample(engine, weights),
    paintersOf,
    slots,
    largeSlots,
    headerSlots,
    heic,
    defaultMix: mix,
    async close() {
      await sessions.close();
      await engine.stop();
    },
  };
}

/** Pictures painted in strips at the same time: each takes long, and leaves room for small ones. */
const LARGE_SLOTS = 1;

/** Until one HEIC file is decoded: an honest one of the largest size takes half as long. */
const HEIC_TIMEOUT_MS = 30_000;

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

function defaultMix(text: string, catalog: Catalog): StyleMix {
  try {
    const mix = parseStyleMix(text);
    catalog.resolve(mix);
    return mix;
  } catch (cause) {
    throw new ConfigError(`DEFAULT_STYLE: ${reasonOf(cause)}`, { cause });
  }
}
