/**
 * `npm run bench:video -- [--styles a,b]`: how steady painted films are, with each cure on and off, on synthetic
 * clips whose motion is known exactly, made of the page's sample photograph; and how fast they are painted.
 *
 * - noise: a still with the noise of a camera (deviation 2 of 255). Share of the flicker of the photograph that
 *   the painting has: deviation over time, painting over photograph.
 * - pan: 4 pixels a frame. Root mean square difference, in 0..1, of paintings moved back onto each other.
 * - breathing: a bright square comes in on the left. Change of the mean color of the right third, of 255.
 */

import { readFile } from 'node:fs/promises';
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
import type { Picture } from '../../src/pictures/picture.ts';
import { createPaintServices } from '../../src/services/paint-services.ts';
import { type Anchor, anchorPlaces, statisticsAt } from '../../src/stylization/video/anchors.ts';
import {
  createFramePainter,
  type FramePainter,
} from '../../src/stylization/video/frame-painter.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { DIST_DIR } from '../support/dist.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { median } from './report.ts';

const FRAMES = 12;
const RATE = 12;
const EXTENT = { width: 384, height: 256 };
const MARGIN = 32;

/** What is on. */
const CURES = [
  { name: 'frame by frame', isAnchored: false, stability: 0 },
  { name: 'anchors', isAnchored: true, stability: 0 },
  { name: 'blend', isAnchored: false, stability: 0.8 },
  { name: 'both', isAnchored: true, stability: 0.8 },
] as const;
type Cure = (typeof CURES)[number];

const { styles } = new Command()
  .option('--styles <list>', 'styles, separated by commas; all where absent')
  .parse()
  .opts<{ styles?: string }>();

const config = loadConfig(
  { LOG_LEVEL: 'silent' },
  { ...thisMachine(), modelsDir: MODELS_DIR, distDir: DIST_DIR },
);
const services = await createPaintServices(config, createLog('silent'));
const names = styles?.split(',') ?? services.catalog.styles.map(({ id }) => id);
const photograph = await samplePhotograph();
const clips = { noise: noisy(), pan: panned(), breathing: visited() };

const rows: Record<string, number[]>[] = [];
for (const name of names) {
  const painter = createFramePainter(services.sessions, [EXTENT], {
    ...defaultsOf(FILM_OPTIONS),
    style: parseStyleMix(name),
  });
  for (const cure of CURES) {
    rows.push({
      [`${cure.name}: noise`]: [
        flicker(await film(clips.noise, painter, cure)) / flicker(clips.noise),
      ],
      [`${cure.name}: pan`]: [panError(await film(clips.pan, painter, cure))],
      [`${cure.name}: breathing`]: [drift(await film(clips.breathing, painter, cure))],
    });
  }
}
await services.close();

const figure = (label: string, pick: (values: readonly number[]) => number, digits: number) =>
  Number(pick(rows.flatMap((row) => row[label] ?? [])).toFixed(digits));
console.log(`Over ${names.length} styles: median (worst)`);
console.table(
  Object.fromEntries(
    CURES.map(({ name }) => [
      name,
      Object.fromEntries(
        (
          [
            ['noise', 2],
            ['pan', 4],
            ['breathing', 2],
          ] as const
        ).map(([clip, digits]) => [
          clip,
          `${figure(`${name}: ${clip}`, median, digits)} (${figure(`${name}: ${clip}`, (all) => Math.max(...all), digits)})`,
        ]),
      ),
    ]),
  ),
);

async function film(
  clip: readonly Picture[],
  painter: FramePainter,
  cure: Cure,
): Promise<Picture[]> {
  const anchors = cure.isAnchored ? await anchorsOf(clip, painter) : [];
  const blend = createBlend(EXTENT, cure.stability);
  const paintings: Picture[] = [];
  for (const [i, frame] of clip.entries()) {
    const statistics = anchors.length > 0 ? statisticsAt(anchors, i / RATE) : undefined;
    const painting = await painter.paint(frame, statistics);
    paintings.push(cure.stability > 0 ? blend.next(frame, painting) : painting);
  }
  return paintings;
}

async function anchorsOf(clip: readonly Picture[], painter: FramePainter): Promise<Anchor[]> {
  const anchors: Anchor[] = [];
  for (const { seconds, frames } of anchorPlaces(
    clip.map((_, i) => i / RATE),
    0,
  )) {
    const measured = [];
    for (const frame of frames) measured.push((await painter.measure(clip[frame]!))![0]!);
    anchors.push({ seconds, levels: [pooledStatistics(measured)] });
  }
  return anchors;
}

async function samplePhotograph(): Promise<Picture> {
  const path = fileURLToPath(new URL('../../src/playground/sample.jpg', import.meta.url));
  const photo = await decodePicture(new Uint8Array(await readFile(path)), {
    maxPixels: 1e8,
    maxPages: 1,
  });
  return resize(photo, { width: EXTENT.width + 4 * FRAMES, height: EXTENT.height });
}

/** The part of the photograph from column `left` on. */
function view(left: number): Picture {
  const data = new Uint8Array(EXTENT.width * EXTENT.height * 3);
  for (let y = 0; y < EXTENT.height; y += 1) {
    const from = (y * photograph.width + left) * 3;
    data.set(photograph.data.subarray(from, from + EXTENT.width * 3), y * EXTENT.width * 3);
  }
  return { ...EXTENT, data };
}

function noisy(): Picture[] {
  const random = generator(7);
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: FRAMES }, () => {
    const { data } = view(0);
    return { ...EXTENT, data: Uint8Array.from(data, (value) => clamped(value + 2 * normal())) };
  });
}

function panned(): Picture[] {
  return Array.from({ length: FRAMES }, (_, i) => view(4 * i));
}

function visited(): Picture[] {
  const side = EXTENT.height / 2;
  return Array.from({ length: FRAMES }, (_, i) => {
    const frame = view(0);
    const right = Math.round((side * i) / (FRAMES - 1));
    for (let y = side / 2; y < side * 1.5; y += 1) {
      frame.data.fill(250, y * EXTENT.width * 3, (y * EXTENT.width + right) * 3);
    }
    return frame;
  });
}

/** Mean over all values of their deviation over time. */
function flicker(frames: readonly Picture[]): number {
  const count = frames[0]!.data.length;
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    const values = frames.map(({ data }) => data[i]!);
    const mean = values.reduce((all, value) => all + value, 0) / values.length;
    sum += Math.sqrt(values.reduce((all, value) => all + (value - mean) ** 2, 0) / values.length);
  }
  return sum / count;
}

function panError(frames: readonly Picture[]): number {
  let [sum, count] = [0, 0];
  for (const [i, { data }] of frames.slice(1).entries()) {
    const before = frames[i]!.data;
    for (let y = MARGIN; y < EXTENT.height - MARGIN; y += 1) {
      for (let x = MARGIN; x < EXTENT.width - MARGIN; x += 1) {
        for (let channel = 0; channel < 3; channel += 1) {
          const here = data[(y * EXTENT.width + x) * 3 + channel]!;
          const there = before[(y * EXTENT.width + x + 4) * 3 + channel]!;
          sum += ((here - there) / 255) ** 2;
          count += 1;
        }
      }
    }
  }
  return Math.sqrt(sum / count);
}

function drift(frames: readonly Picture[]): number {
  const means = frames.map(({ data }) => {
    const sums = [0, 0, 0];
    for (let i = 0; i < data.length; i += 3) {
      if ((i / 3) % EXTENT.width < (2 * EXTENT.width) / 3) continue;
      for (let channel = 0; channel < 3; channel += 1) sums[channel]! += data[i + channel]!;
    }
    return sums.map((sum) => sum / ((EXTENT.width / 3) * EXTENT.height));
  });
  return Math.max(
    ...[0, 1, 2].map((channel) => {
      const values = means.map((mean) => mean[channel]!);
      return Math.max(...values) - Math.min(...values);
    }),
  );
}

function clamped(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** Numbers in (0, 1], the same every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (((value ^ (value >>> 14)) >>> 0) + 1) / 2 ** 32;
  };
}
