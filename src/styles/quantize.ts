/** 8 bits for a style: which ranges its activations have, and what computing with them changes. */

import { observeRanges } from '../engines/onnx/calibration.ts';
import { type ActivationRanges, clipped } from '../network/activation-ranges.ts';
import { type Engine, paintAll } from '../network/engine.ts';
import {
  type PictureDifference,
  peakSignalToNoise,
  pictureDifference,
} from '../pictures/difference.ts';
import type { Picture } from '../pictures/picture.ts';
import { evenPictures } from './even-pictures.ts';
import { updateStyle } from './import.ts';
import type { StyleManifest } from './manifest.ts';
import { RANGES_FILE, writeRanges } from './ranges.ts';
import type { LoadedStyle } from './style-files.ts';

export type Int8Difference = NonNullable<StyleManifest['int8']>;

/** How much of the observed ranges is kept: candidates, of which the most faithful one is taken. */
const INPUT_SHARES = [1, 0.8, 0.65, 0.5];
const OUTPUT_SHARES = [1, 0.9, 0.8];

/** What calibration photographs must stay below, so that others stay below the published limits. */
const TARGET_DIFFERENCE = 1.5;
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
  const exact = await paintAll(engine, { network, weights }, photos);
  const best = (candidates: readonly ActivationRanges[]): Promise<Candidate> =>
    mostFaithful(candidates, async (ranges) =>
      pictureDifference(exact, await paintAll(engine, { network, weights, ranges }, photos)),
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

interface Candidate extends PictureDifference {
  readonly ranges: ActivationRanges;
}

function isGoodEnough({ absolute, square }: PictureDifference): boolean {
  return absolute <= TARGET_DIFFERENCE && square <= TARGET_SQUARE;
}

async function mostFaithful(
  candidates: readonly ActivationRanges[],
  differenceOf: (ranges: ActivationRanges) => Promise<PictureDifference>,
): Promise<Candidate> {
  const measured: Candidate[] = [];
  for (const ranges of candidates) measured.push({ ranges, ...(await differenceOf(ranges)) });
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
  const exact = await paintAll(engine, { network, weights }, photos);
  const paintings = await paintAll(engine, { network, weights, ranges }, photos);
  const found = pictureDifference(exact, paintings);
  return {
    photographs: photos.length,
    size: Math.max(...photos.map(({ width, height }) => Math.max(width, height))),
    difference: Number(found.absolute.toFixed(3)),
    psnr: Number(peakSignalToNoise(found).toFixed(2)),
  };
}

/** Photographs to calibrate with, and others to measure on. */
export interface Int8Photographs {
  readonly practice: readonly Picture[];
  readonly check: readonly Picture[];
}

/** How photographs for it are best read: long edges in pixels; more of them change the ranges little and cost time. */
export const INT8_SAMPLES = {
  practice: { most: 8, size: 384 },
  check: { most: 12, size: 512 },
} as const;

/**
 * Calibrates a style, measures what that changes, and keeps both in the models folder. Neither list of photographs may be
 * empty.
 */
export async function quantizeStyle(
  style: StyleManifest,
  loaded: LoadedStyle,
  { practice, check }: Int8Photographs,
  engine: Engine,
  modelsDir: string,
): Promise<{ readonly ranges: ActivationRanges; readonly int8: Int8Difference }> {
  const calibration = [...practice, ...(await evenPictures(practice[0]!))];
  const ranges = await calibrate(loaded, calibration, engine);
  const onEven: number[] = [];
  for (const picture of await evenPictures(check[0]!)) {
    onEven.push((await int8Difference(loaded, ranges, [picture], engine)).difference);
  }
  const measured = await int8Difference(loaded, ranges, check, engine);
  const int8 = { ...measured, evenDifference: Math.max(...onEven) };
  await keepInt8(style, ranges, int8, modelsDir);
  return { ranges, int8 };
}

/** Keeps both beside the style's weights, and tells of them in its card. */
async function keepInt8(
  style: StyleManifest,
  ranges: ActivationRanges,
  int8: Int8Difference,
  modelsDir: string,
): Promise<void> {
  const files = { [RANGES_FILE]: writeRanges(style.digest, ranges) };
  await updateStyle({ ...style, int8 }, files, modelsDir);
}
