/**
 * `npm run bench:video -- [--styles a,b] [--frames folder] [--save]`: how steady painted films are, with each cure on and
 * off, on synthetic films whose motion is known exactly, made of the page's sample photograph. With a folder of
 * pictures, frames of a real film in the order of their names, also how much more its painting changes than it does.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadConfig } from '../../src/config/config.ts';
import { thisMachine } from '../../src/host/machine.ts';
import { decodePicture } from '../../src/images/decode.ts';
import { resize } from '../../src/images/resize.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { pooledStatistics } from '../../src/network/mixed-statistics.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { FILM_OPTIONS } from '../../src/options/video.ts';
import { createBlend } from '../../src/pictures/blend.ts';
import { camera, hasMoved } from '../../src/pictures/camera.ts';
import { lightMeter, lightOf } from '../../src/pictures/light.ts';
import {
  between,
  type Extent,
  ORIGIN,
  type Picture,
  type Place,
} from '../../src/pictures/picture.ts';
import { createPaintServices } from '../../src/services/paint-services.ts';
import { type Anchor, anchorPlaces, statisticsAt } from '../../src/stylization/video/anchors.ts';
import {
  createFramePainter,
  type FramePainter,
} from '../../src/stylization/video/frame-painter.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { DIST_DIR } from '../support/dist.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { sharpnessOf } from './appearance.ts';
import { EXTENT, films, RATE, STILL } from './films.ts';
import { machineName, median, rounded, saveResults } from './report.ts';

export interface VideoResults {
  readonly machine: string;
  readonly styles: readonly string[];
  readonly films: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly gate: number;
    /** Of the film itself. */
    readonly unpainted: number;
    /** Of its frames with all cures, over that of its frames painted for themselves: the median of the styles. */
    readonly sharpness: number;
    readonly cures: readonly {
      readonly name: string;
      readonly median: number;
      readonly worst: number;
    }[];
  }[];
}

/** Frames of a real film are painted in this width. */
const REAL_WIDTH = 480;

/** What is on. */
const CURES = [
  { name: 'frame by frame', isAnchored: false, isFollowed: false, stability: 0 },
  { name: 'anchors', isAnchored: true, isFollowed: false, stability: 0 },
  { name: 'anchors, scene', isAnchored: true, isFollowed: true, stability: 0 },
  { name: 'blend', isAnchored: false, isFollowed: false, stability: 0.8 },
  { name: 'all', isAnchored: true, isFollowed: true, stability: 0.8 },
] as const;
type Cure = (typeof CURES)[number];

const { styles, frames, save } = new Command()
  .option('--styles <list>', 'styles, separated by commas; all where absent')
  .option('--frames <folder>', 'pictures that are frames of a real film')
  .option('--save', 'keep the figures in bench/results')
  .parse()
  .opts<{ styles?: string; frames?: string; save?: true }>();

const config = loadConfig(
  { LOG_LEVEL: 'silent' },
  { ...thisMachine(), modelsDir: MODELS_DIR, distDir: DIST_DIR },
);
const services = await createPaintServices(config, createLog('silent'));
const names = styles?.split(',') ?? services.catalog.styles.map(({ id }) => id);
const sample = fileURLToPath(new URL('../../src/playground/sample.jpg', import.meta.url));
const synthetic = films(await resize(await readPicture(sample), STILL));
const real = frames === undefined ? [] : await readFilm(frames);

const measured = synthetic.map((film) => ({
  film,
  values: CURES.map((): number[] => []),
  sharpness: [] as number[],
}));
const changes = CURES.map((): number[] => []);
for (const name of names) {
  for (const { film, values, sharpness } of measured) {
    const painter = painterOf(name, EXTENT);
    const sharp: number[] = [];
    for (const [i, cure] of CURES.entries()) {
      const paintings = await painted(film.frames, painter, cure);
      values[i]!.push(film.measure(paintings));
      sharp.push(median(paintings.map(sharpnessOf)));
    }
    sharpness.push(sharp.at(-1)! / sharp[0]!);
  }
  if (real.length > 0) {
    const painter = painterOf(name, real[0]!);
    for (const [i, cure] of CURES.entries()) {
      changes[i]!.push(change(await painted(real, painter, cure)) / change(real));
    }
  }
}
await services.close();

const results: VideoResults = {
  machine: machineName(),
  styles: names,
  films: measured.map(
    ({ film: { name, meaning, gate, measure, frames: own }, values, sharpness }) => ({
      name,
      meaning,
      gate,
      unpainted: rounded(measure(own), 4),
      sharpness: rounded(median(sharpness), 3),
      cures: CURES.map((cure, i) => ({ name: cure.name, ...summary(values[i]!) })),
    }),
  ),
};
console.log(`${results.machine}; ${names.join(', ')}: median (worst)`);
console.table(
  Object.fromEntries(
    results.films.map(({ name, gate, unpainted, cures, sharpness }) => [
      name,
      {
        unpainted,
        ...Object.fromEntries(cures.map((cure) => [cure.name, shown(cure)])),
        gate,
        sharpness,
      },
    ]),
  ),
);
if (real.length > 0) {
  console.log('Change from frame to frame of a real film, over that of the film itself');
  console.table(
    Object.fromEntries(CURES.map(({ name }, i) => [name, shown(summary(changes[i]!))])),
  );
}
if (save) await saveResults('video', results);

function summary(values: readonly number[]): { median: number; worst: number } {
  return { median: rounded(median(values), 4), worst: rounded(Math.max(...values), 4) };
}

function shown({ median: middle, worst }: { median: number; worst: number }): string {
  return `${middle} (${worst})`;
}

function painterOf(style: string, extent: Extent): FramePainter {
  const { width, height } = extent;
  return createFramePainter(services.sessions, [{ width, height }], {
    ...defaultsOf(FILM_OPTIONS),
    style: parseStyleMix(style),
  });
}

async function painted(
  film: readonly Picture[],
  painter: FramePainter,
  cure: Cure,
): Promise<Picture[]> {
  const blend = createBlend(film[0]!, cure.stability);
  const path = cure.isFollowed ? pathOf(film) : [];
  const light = cure.isFollowed ? lightThrough(film) : [];
  const anchors = cure.isAnchored ? await anchorsOf(film, painter, light) : [];
  const paintings: Picture[] = [];
  for (const [i, frame] of film.entries()) {
    const statistics = anchors.length > 0 ? statisticsAt(anchors, i / RATE) : undefined;
    const painting = await painter.paint(
      frame,
      statistics && { statistics, seenFrom: path[i], light: light[i] },
    );
    const moved = between(path[i - 1] ?? ORIGIN, path[i] ?? ORIGIN);
    paintings.push(cure.stability > 0 ? blend.next(frame, painting, moved) : painting);
  }
  return paintings;
}

function pathOf(film: readonly Picture[]): readonly Place[] {
  const moving = camera();
  const path = film.map((frame) => moving.follow(frame));
  return hasMoved(path) ? path : [];
}

function lightThrough(film: readonly Picture[]): number[] {
  const meter = lightMeter();
  return lightOf(
    film.map((frame) => meter(frame)),
    film.map((_, i) => i / RATE),
  );
}

async function anchorsOf(
  film: readonly Picture[],
  painter: FramePainter,
  light: readonly number[],
): Promise<Anchor[]> {
  const anchors: Anchor[] = [];
  const seconds = film.map((_, i) => i / RATE);
  for (const place of anchorPlaces(seconds, 0)) {
    const found = [];
    for (const frame of place.frames)
      found.push((await painter.measure(film[frame]!, light[frame]))![0]!);
    anchors.push({ seconds: place.seconds, levels: [pooledStatistics(found)] });
  }
  return anchors;
}

/** Mean absolute difference of neighboring frames. */
function change(film: readonly Picture[]): number {
  const sums = film.slice(1).map(({ data }, i) => {
    const before = film[i]!.data;
    return data.reduce((sum, value, at) => sum + Math.abs(value - before[at]!), 0) / data.length;
  });
  return sums.reduce((all, sum) => all + sum, 0) / sums.length;
}

async function readPicture(path: string): Promise<Picture> {
  return decodePicture(new Uint8Array(await readFile(path)), { maxPixels: 1e8, maxPages: 1 });
}

async function readFilm(folder: string): Promise<Picture[]> {
  const files = (await readdir(folder)).filter((name) => /\.(?:jpe?g|png)$/.test(name)).sort();
  const film: Picture[] = [];
  for (const name of files) {
    const picture = await readPicture(join(folder, name));
    const height = Math.round((REAL_WIDTH * picture.height) / picture.width);
    film.push(await resize(picture, { width: REAL_WIDTH, height }));
  }
  return film;
}
