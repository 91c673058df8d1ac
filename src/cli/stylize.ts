/** `impasto stylize`: photographs on disk -> paintings on disk. */

import { access } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { NEVER } from '../concurrency/deadline.ts';
import type { Config } from '../config/config.ts';
import { parseStyleMix, type StyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import type { PAINTING_OPTIONS } from '../options/stylization.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../pictures/formats.ts';
import { createPaintServices, type PaintServices } from '../services/paint-services.ts';
import { instantStyle, stylesInMemory } from '../styles/instant-style.ts';
import { repertoireOf } from '../styles/repertoire.ts';
import { PICTURE_STYLE, UNDESCRIBED } from '../stylization/pictured-styles.ts';
import type { Stylizer } from '../stylization/stylizer.ts';
import { createLog } from '../telemetry/log.ts';
import {
  checkDistinct,
  checkPhotosKept,
  type Destination,
  formatOf,
  type OutputPath,
  outputPaths,
  readDestination,
  withoutPaintings,
} from './destinations.ts';
import { findPhotos, type Photo } from './files.ts';
import { untilSignal } from './interruptions.ts';
import { checkNotTerminal, readInput, STANDARD, UsageError } from './outputs.ts';
import {
  createPainter,
  isFailure,
  type Outcome,
  type Painter,
  paintUnderBar,
  type Task,
} from './painter.ts';
import { arrivals, checkFolders } from './watch.ts';

export interface StylizeFlags extends ValuesOf<typeof PAINTING_OPTIONS> {
  readonly style?: StyleMix;
  /** A picture to paint like. */
  readonly styleImage?: string;
  readonly allStyles: boolean;
  readonly output?: string;
  /** Template of the names of paintings. */
  readonly name?: string;
  readonly format?: OutputFormat;
  readonly watch: boolean;
  /** Print outcomes as JSON. */
  readonly json: boolean;
}

/** What a command line asks for, understood and checked. */
interface Order {
  readonly destination: Destination;
  readonly mixes: readonly StyleMix[];
  readonly painter: Painter;
  /** Names of all styles that a painting of an earlier run may be in. */
  readonly styles: readonly string[];
  readonly flags: StylizeFlags;
}

/**
 * Paints every photograph, or what comes into folders; one that fails is reported and does not stop the others.
 * Resolves to the number of failures.
 */
export async function stylizeFiles(
  names: readonly string[],
  flags: StylizeFlags,
  config: Config,
): Promise<number> {
  const photos = flags.watch ? [] : await findPhotos(names, flags.output);
  if (flags.watch) await checkFolders(names);
  const services = await createPaintServices(config, createLog('silent'));
  try {
    const order = await readOrder(photos, flags, services, config);
    return await (flags.watch ? paintArrivals(names, order) : paintPhotos(photos, order));
  } finally {
    await services.close();
  }
}

async function readOrder(
  photos: readonly Photo[],
  flags: StylizeFlags,
  services: PaintServices,
  config: Config,
): Promise<Order> {
  const { catalog } = services;
  const every = catalog.styles.map(({ id }) => parseStyleMix(id));
  const { stylizer, mix } = await chosen(flags, services);
  const mixes = flags.allStyles ? every : [mix];
  const extent = { photos, styles: mixes.length, isOpen: flags.watch };
  const destination = await readDestination(flags, extent);
  checkStandardOutput(destination, flags);
  const format = formatOf(destination, flags.format);
  const painter = createPainter({ stylizer, values: flags, format, inFlight: config.SLOTS });
  const styles = [...new Set([...every, ...mixes].map(({ name }) => name))];
  return { destination, mixes, painter, styles, flags };
}

/** The style or mix that is asked for, and what paints in it. Throws problems. */
async function chosen(
  { style, styleImage }: StylizeFlags,
  { catalog, defaultMix, stylizer, predictions, paintersOf }: PaintServices,
): Promise<{ stylizer: Stylizer; mix: StyleMix }> {
  if (styleImage === undefined) {
    const mix = style ?? defaultMix;
    catalog.resolve(mix);
    return { stylizer, mix };
  }
  const weights = await predictions.predict(await readInput(styleImage), { signal: NEVER });
  const pictured = instantStyle(weights, { id: PICTURE_STYLE, ...UNDESCRIBED });
  const repertoire = repertoireOf(catalog, stylesInMemory([pictured]));
  const mix = style ?? parseStyleMix(PICTURE_STYLE);
  await repertoire.resolve(mix);
  return { stylizer: paintersOf(repertoire).stylizer, mix };
}

/** Throws a {@link UsageError} where standard output cannot take the painting. */
function checkStandardOutput(destination: Destination, { json }: StylizeFlags): void {
  if (destination.kind !== 'file') return;
  checkNotTerminal(destination.path);
  if (destination.path === STANDARD && json) {
    throw new UsageError('Expected a file for the painting beside --json on standard output.');
  }
}

function tasksOf(photos: readonly Photo[], mixes: readonly StyleMix[]): Task[] {
  return photos.flatMap((photo) => mixes.map((mix) => ({ photo, mix })));
}

async function paintPhotos(found: readonly Photo[], order: Order): Promise<number> {
  const { destination, mixes, painter, styles, flags } = order;
  const photos = withoutPaintings(found, destination, styles);
  const outputPath = outputPaths(destination, photos);
  checkDistinct(photos, destination, outputPath);
  await checkPhotosKept(photos, destination);
  const outcomes = await paintUnderBar(painter, tasksOf(photos, mixes), outputPath);
  if (flags.json) console.log(JSON.stringify(outcomes, null, 2));
  else for (const outcome of outcomes) tell(outcome, destination);
  return outcomes.filter(isFailure).length;
}

/** Until a signal comes: what is being painted then is finished. */
async function paintArrivals(folders: readonly string[], order: Order): Promise<number> {
  const { destination, mixes, painter, styles, flags } = order;
  const written = new Set<string>();
  const wanted = (all: readonly Photo[]) =>
    withoutPaintings(all, destination, styles).filter(({ path }) => !written.has(path));
  const isPainted = (photo: Photo, all: readonly Photo[]) =>
    hasPaintings(photo, order, outputPaths(destination, all));
  const signal = untilSignal();
  console.error(`impasto: Watching ${folders.join(', ')}; Ctrl-C ends it.`);
  let failures = 0;
  const watched = { folders, output: flags.output, wanted, isPainted };
  for await (const { photos, all } of arrivals(watched, signal)) {
    const onOutcome = (outcome: Outcome) => {
      if (isFailure(outcome)) failures++;
      else written.add(resolve(outcome.painting));
      if (flags.json) console.log(JSON.stringify(outcome));
      else tell(outcome, destination);
    };
    await painter.paint(tasksOf(photos, mixes), outputPaths(destination, all), onOutcome, signal);
  }
  return failures;
}

/** Whether a photograph has been painted in every style, in whatever format. */
async function hasPaintings(
  photo: Photo,
  { mixes }: Order,
  outputPath: OutputPath,
): Promise<boolean> {
  const exists = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  for (const { name } of mixes) {
    const paths = OUTPUT_FORMATS.map((format) => outputPath(photo, name, format));
    if (!(await Promise.all(paths.map(exists))).includes(true)) return false;
  }
  return true;
}

/** Where a name was given for the one painting, there is nothing to say of it. */
function tell(outcome: Outcome, { kind }: Destination): void {
  if (isFailure(outcome)) console.error(`impasto: ${outcome.photo}: ${outcome.error}`);
  else if (kind === 'named') console.log(`${near(outcome.photo)} -> ${near(outcome.painting)}`);
}

/** As a person in this folder would write it. */
function near(path: string): string {
  return relative('', path);
}
