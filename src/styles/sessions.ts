/**
 * Loaded sessions by style mix. Concurrent first requests share one load, a failed load is
 * forgotten so that the next request tries again, and the least recently used sessions are closed
 * when their estimated memory exceeds a budget (never while somebody paints with them).
 */

import { ProblemError } from '../errors.ts';
import {
  type Engine,
  type LargePicture,
  type MeasuredPainting,
  measure,
  type NetworkStatistics,
  paint,
  paintSteadily,
  type Session,
} from '../network/engine.ts';
import type { Network } from '../network/layers.ts';
import { activationBytes, parameterCount } from '../network/measures.ts';
import type { StyleMix } from '../network/mix.ts';
import { interpolate } from '../network/weights.ts';
import type { Picture, Place } from '../pictures/picture.ts';
import type { Meter } from '../telemetry/meter.ts';
import { unavailable } from './catalog.ts';
import type { StyleManifest } from './manifest.ts';
import { allowsInt8, type Precision } from './precision.ts';
import { isUnlistedId, type Repertoire } from './repertoire.ts';
import type { LoadedStyle } from './style-files.ts';

export interface Sessions {
  /**
   * The picture painted in the style, same size.
   * Rejects with a `style-not-found` problem where the catalog lacks a style of the mix, with
   * `style-unavailable` where a file of one is damaged.
   */
  paint(mix: StyleMix, photo: Picture): Promise<Picture>;
  /** The same, telling the statistics; undefined where the engine cannot. Rejects likewise. */
  measure(mix: StyleMix, photo: Picture): Promise<MeasuredPainting | undefined>;
  /** The same with the statistics of other pictures, seen from a place of their scene. Rejects likewise. */
  paintSteadily(
    mix: StyleMix,
    photo: Picture,
    statistics: NetworkStatistics,
    seenFrom?: Place,
  ): Promise<Picture>;
  /**
   * The same from file to file, with sides of at least 64. Rejects likewise, and with the signal's
   * reason where it aborts.
   */
  paintLarge(mix: StyleMix, job: LargePicture, signal: AbortSignal): Promise<void>;
  /** Says that {@link Sessions.paintLarge} is about to be called. Rejects like {@link Sessions.paint}. */
  expectLarge(mix: StyleMix): Promise<void>;
  /** Loads the mix's session ahead of the first picture. */
  warm(mix: StyleMix): Promise<void>;
  /** How the mix is painted here. Rejects like {@link Sessions.paint}. */
  precision(mix: StyleMix): Promise<Precision>;
  /** The same sessions for the styles of another repertoire: what has the same weights is loaded once. */
  of(repertoire: MixSource): Sessions;
  /** The same sessions where mixes are painted in this precision, as far as they allow it, whatever is faster here. */
  in(precision: Precision): Sessions;
  /** Estimated bytes of all loaded sessions. */
  readonly bytes: number;
  readonly count: number;
  close(): Promise<void>;
}

/** Where styles of mixes come from. */
export type MixSource = Pick<Repertoire, 'resolve' | 'load'>;

export interface SessionsOptions {
  readonly engine: Engine;
  readonly catalog: MixSource;
  readonly budgetBytes: number;
  /** What mixes that allow 8 bits are painted in; asked before the first one is loaded. */
  readonly precision: () => Promise<Precision>;
  readonly meter?: Meter;
}

/** Each session has threads of its own, so mixes without end must not be kept without end. */
const MAX_SESSIONS = 64;

/** Of those, most for pictures that came with requests: they are painted like for a while, and must not drive out the others. */
const MAX_UNLISTED = 4;

type PrecisionChoice = (styles: readonly StyleManifest[]) => Promise<Precision>;

interface Loaded {
  readonly network: Network;
  readonly session: Session;
}

interface Entry {
  readonly loaded: Promise<Loaded>;
  readonly isUnlisted: boolean;
  users: number;
  bytes: number;
}

export function createSessions(options: SessionsOptions): Sessions {
  const { engine, budgetBytes } = options;
  /** By {@link keyOf}, in order of last use. */
  const entries = new Map<string, Entry>();

  const load = async (
    repertoire: MixSource,
    mix: StyleMix,
    styles: readonly StyleManifest[],
    precision: Precision,
  ): Promise<Loaded> => {
    const loaded = await loadStyles(repertoire, mix, styles).catch(unavailable(mix.name));
    const { network, weights, ranges } = loaded;
    const used = precision === 'int8' ? ranges : undefined;
    return { network, session: await engine.load(network, weights, used) };
  };

  const acquire = async (
    repertoire: MixSource,
    mix: StyleMix,
    precisionOf: PrecisionChoice,
  ): Promise<Entry> => {
    const styles = await repertoire.resolve(mix);
    const precision = await precisionOf(styles);
    const key = keyOf(mix, styles, precision);
    const result = entries.has(key) ? 'hit' : 'miss';
    options.meter?.add('impasto_session_uses_total', { result });
    const entry = entries.get(key) ?? {
      loaded: load(repertoire, mix, styles, precision),
      isUnlisted: styles.some(({ id }) => isUnlistedId(id)),
      users: 0,
      bytes: 0,
    };
    entries.delete(key);
    entries.set(key, entry);
    entry.users += 1;
    return entry;
  };

  const forget = (entry: Entry): void => {
    for (const [name, other] of entries) if (other === entry) entries.delete(name);
  };

  const total = () => [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);

  /** Nobody waits for a session to close, and nobody's painting fails because one does not. */
  const trim = (): void => {
    const all = [...entries.values()];
    const unlisted = all.filter(({ isUnlisted }) => isUnlisted);
    const isTooMuch = () => total() > budgetBytes || entries.size > MAX_SESSIONS;
    const surplus = new Set(unlisted.slice(0, Math.max(0, unlisted.length - MAX_UNLISTED)));
    for (const entry of all) {
      if (entry.users > 0 || !(surplus.has(entry) || isTooMuch())) continue;
      forget(entry);
      entry.loaded.then(({ session }) => session.close()).catch(() => {});
    }
  };

  const useIn = async <T>(
    repertoire: MixSource,
    mix: StyleMix,
    precisionOf: PrecisionChoice,
    work: (loaded: Loaded, entry: Entry) => Promise<T>,
  ) => {
    const entry = await acquire(repertoire, mix, precisionOf);
    try {
      const loaded = await entry.loaded.catch((cause: unknown) => {
        forget(entry);
        throw cause;
      });
      entry.bytes = Math.max(entry.bytes, sessionBytes(loaded.network));
      return await work(loaded, entry);
    } finally {
      entry.users -= 1;
      trim();
    }
  };

  const sessionsOf = (repertoire: MixSource, preferred: () => Promise<Precision>): Sessions => {
    const precisionOf: PrecisionChoice = async (styles) =>
      allowsInt8(styles) ? preferred() : 'float32';
    const use = <T>(mix: StyleMix, work: (loaded: Loaded, entry: Entry) => Promise<T>) =>
      useIn(repertoire, mix, precisionOf, work);
    return {
      paint: (mix, photo) =>
        use(mix, ({ network, session }, entry) => {
          entry.bytes = Math.max(entry.bytes, sessionBytes(network, photo));
          return paint(session, network, photo);
        }),
      measure: (mix, photo) =>
        use(mix, ({ network, session }, entry) => {
          entry.bytes = Math.max(entry.bytes, STEADY_SESSIONS * sessionBytes(network, photo));
          return measure(session, network, photo);
        }),
      paintSteadily: (mix, photo, statistics, seenFrom) =>
        use(mix, ({ network, session }, entry) => {
          entry.bytes = Math.max(entry.bytes, STEADY_SESSIONS * sessionBytes(network, photo));
          return paintSteadily(session, network, photo, statistics, seenFrom);
        }),
      paintLarge: (mix, job, signal) =>
        use(mix, async ({ session }) => {
          if (session.runLarge === undefined)
            throw new TypeError('This engine paints in one piece.');
          await session.runLarge(job, signal);
        }),
      expectLarge: (mix) => use(mix, async ({ session }) => session.expectLarge?.()),
      warm: (mix) => use(mix, async () => {}),
      precision: async (mix) => precisionOf(await repertoire.resolve(mix)),
      of: (other) => sessionsOf(other, preferred),
      in: (precision) => sessionsOf(repertoire, async () => precision),
      get bytes() {
        return total();
      },
      get count() {
        return entries.size;
      },
      async close() {
        const open = [...entries.values()];
        entries.clear();
        await Promise.allSettled(open.map(async ({ loaded }) => (await loaded).session.close()));
      },
    };
  };
  return sessionsOf(options.catalog, options.precision);
}

/** Styles are told apart by their weights: another one may come under the same id. */
function keyOf({ name }: StyleMix, styles: readonly StyleManifest[], precision: Precision): string {
  const weights = styles.map(({ digest, int8 }) => `${digest} ${int8 !== undefined}`);
  return [name, precision, ...weights].join();
}

/** What tells statistics and what is given them are sessions of their own. */
const STEADY_SESSIONS = 3;

/** What a session costs besides its network: graph, threads, the first block of its arena. */
const SESSION_BYTES = 4 * 2 ** 20;

/** Bytes of one float32 parameter, kept by the runtime as read and as packed for its kernels. */
const PARAMETER_BYTES = 8;

/** ONNX Runtime's arena grows by powers of two: it holds up to twice what is alive at once. */
const ARENA_GROWTH = 2;

/** A runtime keeps the memory of the largest picture it has painted. */
function sessionBytes(network: Network, largest = { width: 1, height: 1 }): number {
  const parameters = parameterCount(network) * PARAMETER_BYTES;
  return SESSION_BYTES + parameters + activationBytes(network, largest) * ARENA_GROWTH;
}

/**
 * The network of a mix. Throws a `style-not-found` problem, or `invalid-request` where styles do not
 * fit together.
 */
export async function loadMix(source: MixSource, mix: StyleMix): Promise<LoadedStyle> {
  return loadStyles(source, mix, await source.resolve(mix));
}

async function loadStyles(
  source: MixSource,
  mix: StyleMix,
  styles: readonly StyleManifest[],
): Promise<LoadedStyle> {
  const loaded = await Promise.all(styles.map((style) => source.load(style)));
  const [first] = loaded;
  if (first === undefined) throw new TypeError('Expected a mix of at least one style.');
  if (loaded.some(({ network }) => network.name !== first.network.name)) {
    throw new ProblemError('invalid-request', 'Styles of different networks cannot be mixed.');
  }
  if (loaded.length === 1) return first;
  const shares = loaded.map(({ weights }, i) => ({ weights, share: mix.parts[i]!.weight }));
  return { network: first.network, weights: interpolate(shares) };
}
