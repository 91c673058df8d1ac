/**
 * The plane of noise that a network sees beside the picture: a seed for strokes where the picture has
 * nothing (compare the noise of Ulyanov et al., "Texture networks", 2016). The same for every picture and
 * everywhere: every engine, file format, strip and browser adds up the same two tables. It covers the margins too: mirrored in them, its
 * strokes would be mirrored at the edges, and be seen as a frame.
 *
 * Each table repeats, but their sum modulo 256 does not: it is as random as either, and so uncorrelated at
 * the period of one. Only where both repeat does it, after some 9,000 pixels.
 */

import type { Rows } from '../pictures/picture.ts';

export interface NoiseTable {
  readonly height: number;
  readonly width: number;
  /** 0..255, row by row. */
  readonly data: Uint8Array;
}

/** Sides without a common divisor. */
export const NOISE_TABLES: readonly [NoiseTable, NoiseTable] = [
  table(89, 97, 1),
  table(101, 103, 2),
];

function table(height: number, width: number, seed: number): NoiseTable {
  const data = Uint8Array.from({ length: height * width }, (_, i) => positionHash(seed, i) & 255);
  return { height, width, data };
}

/** 32 random bits that follow from a position, by the mixing steps of MurmurHash3. */
function positionHash(seed: number, position: number): number {
  let state = Math.imul(position + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Noise of one pixel, 0..255. */
export function noiseAt(y: number, x: number): number {
  const [a, b] = NOISE_TABLES.map(
    ({ height, width, data }) => data[(y % height) * width + (x % width)]!,
  ) as [number, number];
  return (a + b) & 255;
}

/** Writes one row of the plane, a byte a pixel. */
export function writeNoise(y: number, row: Uint8Array): void {
  row.fill(0);
  for (const { height, width: period, data } of NOISE_TABLES) {
    const from = (y % height) * period;
    for (let begin = 0; begin < row.length; begin += period) {
      const count = Math.min(period, row.length - begin);
      for (let x = 0; x < count; x += 1) row[begin + x]! += data[from + x]!;
    }
  }
}

/** These rows of the plane. */
export function noiseRows({ begin, end }: Rows, width: number): Uint8Array {
  const plane = new Uint8Array((end - begin) * width);
  for (let y = begin; y < end; y += 1) {
    writeNoise(y, plane.subarray((y - begin) * width, (y - begin + 1) * width));
  }
  return plane;
}
