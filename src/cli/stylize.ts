/** `impasto stylize`: photographs on disk -> paintings on disk. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { NEVER } from '../concurrency/deadline.ts';
import type { Config } from '../config/config.ts';
import { sniff } from '../images/sniff.ts';
import type { StyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import { fromRecord } from '../options/records.ts';
import { PAINTING_OPTIONS } from '../options/stylization.ts';
import { type OutputFormat, outputPreference } from '../pictures/formats.ts';
import { createPaintServices } from '../services/paint-services.ts';
import { CatalogError } from '../styles/catalog.ts';
import type { StylizeOptions } from '../stylization/options.ts';
import type { Stylizer } from '../stylization/stylizer.ts';
import { createLog } from '../telemetry/log.ts';
import { createSpans } from '../telemetry/spans.ts';
import {
  checkDistinct,
  checkPhotosKept,
  type Destination,
  findPhotos,
  formatOfPath,
  outputPath,
  readDestination,
} from './files.ts';
import {
  checkNotOverwritten,
  checkNotTerminal,
  readInput,
  STANDARD,
  UsageError,
  writeOutput,
} from './outputs.ts';

export interface StylizeFlags extends ValuesOf<typeof PAINTING_OPTIONS> {
  readonly style?: StyleMix;
  readonly output: string;
  readonly format?: OutputFormat;
  /** Print outcomes as JSON. */
  readonly json: boolean;
}

/** What became of one photograph. */
type Outcome =
  | { photo: string; painting: string; width: number; height: number; bytes: number; ms: number }
  | { photo: string; error: string };

/**
 * Paints every photograph; one that fails is reported and does not stop the others.
 * Resolves to the number of failures.
 */
export async function stylizeFiles(
  names: readonly string[],
  flags: StylizeFlags,
  config: Config,
): Promise<number> {
  const photos = await findPhotos(names);
  const destination = await readDestination(flags.output, photos);
  if (destination.isFolder) checkDistinct(photos);
  await checkPhotosKept(photos, destination);
  checkStandardOutput(flags);
  const format = formatOfPath(destination, flags.format);
  const services = await createPaintServices(config, createLog('silent'));
  try {
    const mix = flags.style ?? services.defaultMix;
    services.catalog.resolve(mix);
    const folder = destination.isFolder ? destination.path : dirname(destination.path);
    await mkdir(folder, { recursive: true });
    const options = { ...fromRecord(PAINTING_OPTIONS, { ...flags }), style: mix };
    const keep = keepPaintings(photos);
    const outcomes = await paintAll(photos, config.SLOTS, (photo) =>
      paintFile(services.stylizer, photo, destination, options, format, keep),
    );
    const failures = outcomes.filter((outcome) => 'error' in outcome);
    if (flags.json) console.log(JSON.stringify(outcomes, null, 2));
    else for (const { photo, error } of failures) console.error(`impasto: ${photo}: ${error}`);
    return failures.length;
  } finally {
    await services.close();
  }
}

/** Throws a {@link UsageError} where standard output cannot take the painting. */
function checkStandardOutput({ output, json }: StylizeFlags): void {
  checkNotTerminal(output);
  if (output === STANDARD && json) {
    throw new UsageError('Expected a file for the painting beside --json on standard output.');
  }
}

/** Writes paintings, none over a photograph or over another painting of the same run. */
function keepPaintings(
  photos: readonly string[],
): (path: string, bytes: Uint8Array) => Promise<void> {
  const taken = [...photos];
  let last: Promise<unknown> = Promise.resolve();
  return (path, bytes) => {
    // One after the other: what is looked at must not change before it is written.
    const written = last.then(async () => {
      await checkNotOverwritten(taken, path);
      await writeOutput(path, bytes);
      taken.push(path);
    });
    last = written.catch(() => {});
    return written;
  };
}

/** Paints with some photographs in flight at a time, under a bar; outcomes in their order. */
async function paintAll(
  photos: readonly string[],
  inFlight: number,
  work: (photo: string) => Promise<Outcome>,
): Promise<Outcome[]> {
  const bar = new SingleBar({ format: BAR, hideCursor: true }, Presets.shades_classic);
  const showBar = photos.length > 1 && process.stderr.isTTY;
  if (showBar) bar.start(photos.length, 0);
  const outcomes = new Map<string, Outcome>();
  await inParallel(photos, inFlight, async (photo) => {
    outcomes.set(photo, await work(photo));
    if (showBar) bar.increment();
  });
  if (showBar) bar.stop();
  return photos.flatMap((photo) => outcomes.get(photo) ?? []);
}

const BAR = '{bar} {value}/{total} paintings | {percentage}% | {eta_formatted} left';

async function paintFile(
  stylizer: Stylizer,
  photo: string,
  destination: Destination,
  options: StylizeOptions,
  format: OutputFormat | undefined,
  keep: (path: string, bytes: Uint8Array) => Promise<void>,
): Promise<Outcome> {
  const started = performance.now();
  try {
    const file = await readInput(photo);
    const own = outputPreference(sniff(file)?.format ?? 'jpeg', () => 1);
    const painted = await stylizer.stylize(file, options, {
      signal: NEVER,
      spans: createSpans(),
      formats: format ? [format] : own,
    });
    const painting = outputPath(destination, photo, painted.format);
    await keep(painting, painted.bytes);
    const { width, height } = painted;
    const ms = Math.round(performance.now() - started);
    return { photo, painting, width, height, bytes: painted.bytes.byteLength, ms };
  } catch (error) {
    return { photo, error: reasonOf(error) };
  }
}

/** Whose files they are may know which of them is damaged. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof CatalogError ? error.cause.message : error.message;
}

async function inParallel<T>(
  items: readonly T[],
  workers: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
