/** 8 bits for a style: which ranges its activations have, and what computing with them changes. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ActivationRanges, clipped } from '../core/activation-ranges.ts';
import { type Engine, paint } from '../core/engine.ts';
import type { Picture } from '../core/picture.ts';
import { observeRanges } from '../engines/onnx-ranges.ts';
import type { LoadedStyle } from './catalogue.ts';
import { MANIFEST_FILE, type StyleManifest, styleManifestSchema } from './manifest.ts';
import { RANGES_FILE, writeRanges } from './ranges.ts';

export type Int8Difference = NonNullable<StyleManifest['int8']>;

/** How much of the observed ranges is kept: candidates, of which the most faithful one is taken. */
const INPUT_SHARES = [1, 0.8, 0.65, 0.5];
const OUTPUT_SHARES = [1, 0.9, 0.8];

const WHITE = 255;
const IDENTICAL_DECIBELS = 100;

/** What calibration photographs must stay below, so that others stay below the published limits. */
const TARGET_DIFFERENCE = 1.75;
const TARGET_SQUARE = 12;

/**
 * Activation ranges from photographs of about the size that will be painted. Whether outliers are
 * better clipped is decided by painting the same photographs with each choice. Where that is not
 * faithful enough, the convolutions that cost most stay in float32: they have no ranges.
 */
export async function calibrate(
  { network, weights }: LoadedStyle,
  photos: readonly Picture[],
  engine: Engine,
): Promise<ActivationRanges> {
  const observed = await observeRanges(network, weights, photos);
  const exact = await paintAll({ network, weights }, photos, engine);
  const best = (candidates: readonly ActivationRanges[]): Promise<Candidate> =>
    mostFaithful(candidates, async (ranges) =>
      errors(exact, await paintAll({ network, weights, ranges }, photos, engine)),
    );
  const shares = INPUT_SHARES.flatMap((input) =>
    OUTPUT_SHARES.map((output) => ({ input, output })),
  );
  let found = await best(shares.map((share) => clipped(observed, share)));
  while (!isGoodEnough(found) && found.ranges.size > 0) {
    const { ranges } = found;
    found = await best([...ranges.keys()].map((name) => without(ranges, name)));
  }
  return found.ranges;
}

interface Candidate {
  readonly ranges: ActivationRanges;
  readonly absolute: number;
  readonly square: number;
}

function isGoodEnough({ absolute, square }: Candidate): boolean {
  return absolute <= TARGET_DIFFERENCE && square <= TARGET_SQUARE;
}

async function mostFaithful(
  candidates: readonly ActivationRanges[],
  errorsOf: (ranges: ActivationRanges) => Promise<{ absolute: number; square: number }>,
): Promise<Candidate> {
  const measured: Candidate[] = [];
  for (const ranges of candidates) measured.push({ ranges, ...(await errorsOf(ranges)) });
  return measured.reduce((best, candidate) => (candidate.square < best.square ? candidate : best));
}

function without(ranges: ActivationRanges, name: string): ActivationRanges {
  return new Map([...ranges].filter(([other]) => other !== name));
}

/** How paintings of other photographs differ from those in float32. */
export async function int8Difference(
  { network, weights }: LoadedStyle,
  ranges: ActivationRanges,
  photos: readonly Picture[],
  engine: Engine,
): Promise<Int8Difference> {
  const exact = await paintAll({ network, weights }, photos, engine);
  const paintings = await paintAll({ network, weights, ranges }, photos, engine);
  const { absolute, square } = errors(exact, paintings);
  const psnr = square === 0 ? IDENTICAL_DECIBELS : 10 * Math.log10(WHITE ** 2 / square);
  return {
    photographs: photos.length,
    size: Math.max(...photos.map(({ width, height }) => Math.max(width, height))),
    difference: Number(absolute.toFixed(3)),
    psnr: Number(psnr.toFixed(2)),
  };
}

/** Keeps both beside the style's weights. */
export async function keepInt8(
  style: StyleManifest,
  ranges: ActivationRanges,
  int8: Int8Difference,
  modelsDir: string,
): Promise<void> {
  const folder = join(modelsDir, style.id);
  const path = join(folder, MANIFEST_FILE);
  const manifest = styleManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  await writeFile(join(folder, RANGES_FILE), writeRanges(style.digest, ranges));
  await writeFile(path, `${JSON.stringify({ ...manifest, int8 }, null, 2)}\n`);
}

async function paintAll(
  { network, weights, ranges }: LoadedStyle,
  photos: readonly Picture[],
  engine: Engine,
): Promise<Picture[]> {
  const session = await engine.load(network, weights, ranges);
  const paintings: Picture[] = [];
  for (const photo of photos) paintings.push(await paint(session, network, photo));
  await session.close();
  return paintings;
}

/** Mean absolute and mean square difference of all bytes, of 255. */
function errors(a: readonly Picture[], b: readonly Picture[]) {
  let [absolute, square, count] = [0, 0, 0];
  for (const [i, { data }] of a.entries()) {
    const other = b[i]!.data;
    for (let j = 0; j < data.length; j += 1) {
      const difference = data[j]! - other[j]!;
      absolute += Math.abs(difference);
      square += difference * difference;
    }
    count += data.length;
  }
  return { absolute: absolute / count, square: square / count };
}
