/** The composition root: everything with state is made here, once per process. */

import { join } from 'node:path';
import { type Config, ConfigError } from './config.ts';
import { parseStyleMix, type StyleMix } from './core/mix.ts';
import { createSlots, type Slots } from './engines/slots.ts';
import { threadedEngine } from './engines/threaded.ts';
import { type Catalogue, openCatalogue } from './styles/catalogue.ts';
import { createSessions, type Sessions } from './styles/sessions.ts';
import { createStylizer, type Stylizer } from './stylizer.ts';
import { createLog, type Log } from './telemetry.ts';

/** The painting thread, as the build names it. */
const PAINT_WORKER_SCRIPT = 'paint-worker.js';

export interface Services {
  readonly config: Config;
  readonly log: Log;
  readonly catalogue: Catalogue;
  readonly sessions: Sessions;
  readonly slots: Slots;
  readonly stylizer: Stylizer;
  /** What is painted where a request names no style. */
  readonly defaultMix: StyleMix;
  close(): Promise<void>;
}

/**
 * Rejects with an `EngineUnavailableError`, a `CatalogueError` or a `ConfigError` where a part is
 * missing.
 */
export async function createServices(config: Config): Promise<Services> {
  const log = createLog(config.LOG_LEVEL);
  const catalogue = await openCatalogue(config.MODELS_DIR);
  const mix = defaultMix(config.DEFAULT_STYLE, catalogue);
  const engine = await threadedEngine({
    engine: config.ENGINE,
    workers: config.WORKERS,
    threads: config.THREADS,
    script: join(config.DIST_DIR, PAINT_WORKER_SCRIPT),
  });
  const sessions = createSessions({ engine, catalogue, budgetBytes: config.SESSION_CACHE_BYTES });
  const slots = createSlots({ slots: config.SLOTS, queueSize: config.QUEUE_SIZE });
  const limits = { maxPixels: config.MAX_PIXELS, maxPages: config.MAX_PAGES };
  return {
    config,
    log,
    catalogue,
    sessions,
    slots,
    stylizer: createStylizer({ sessions, slots, limits }),
    defaultMix: mix,
    async close() {
      await sessions.close();
      await engine.stop();
    },
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
