/**
 * Gives a mixture of paintings back the detail that averaging took: strokes that lie beside each other cancel out
 * partly, and with every frame a film would grow softer. As where textures are blended without losing their contrast
 * (Heitz and Neyret, "High-Performance By-Example Noise using a Histogram-Preserving Blending Operator", 2018), what
 * deviates from its neighborhood is enlarged until it deviates as much as in the fresh painting.
 */

import { clamped, type Extent } from './picture.ts';

/** Side of the blocks in whose neighborhood detail is compared, in pixels. */
const BLOCK = 16;

/** Pixels that are compared: every so many of a row, and rows. */
const STEP = 2;

/** Largest factor of detail. */
const MOST = 2.5;

/** Detail is enlarged from this factor on. */
const LEAST = 1.02;

/** Factors change slowly: so many rows of pixels have the same. */
const ALIKE = 4;

/** Added shares are parts of 2 to the power of this. */
const SHARE_BITS = 8;

/** Mean square of a deviation, of 255, that even ground has by being rounded. */
const ROUNDING = 1;

/** Values of three channels; a gray level of `mixture` counts so many steps. */
export interface Mixture {
  readonly mixture: Uint16Array;
  readonly steps: number;
}

/**
 * Writes the mixture with as much detail as `fresh` has into `into`, in the mixture's steps. All have `extent` and
 * three channels.
 */
export function restoreDetail(
  { mixture, steps }: Mixture,
  fresh: Uint8Array,
  extent: Extent,
  into: Uint16Array,
): void {
  const factors = factorsOf(
    neighboring(energies(mixture, extent, steps)),
    neighboring(energies(fresh, extent, 1)),
  );
  into.set(mixture);
  if (factors.values.every((factor) => factor < LEAST)) return;
  enlarge(mixture, extent, factors, 255 * steps, into);
}

/** A value for each block, row by row. */
interface Blocks {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/** Mean square of what the middle channel deviates from the mean of its four neighbors. */
function energies(values: Uint8Array | Uint16Array, extent: Extent, steps: number): Blocks {
  const { width, height } = extent;
  const columns = Math.ceil(width / BLOCK);
  const rows = Math.ceil(height / BLOCK);
  const sums = new Float32Array(columns * rows);
  const counts = new Float32Array(columns * rows);
  const row = width * 3;
  for (let y = 1; y < height - 1; y += STEP) {
    const blocks = Math.floor(y / BLOCK) * columns;
    for (let x = 1; x < width - 1; x += STEP) {
      const i = y * row + x * 3 + 1;
      const around = values[i - 3]! + values[i + 3]! + values[i - row]! + values[i + row]!;
      const deviation = (values[i]! - around / 4) / steps;
      const block = blocks + Math.floor(x / BLOCK);
      sums[block]! += deviation * deviation;
      counts[block]! += 1;
    }
  }
  return { columns, rows, values: sums.map((sum, i) => sum / Math.max(1, counts[i]!)) };
}

/** The mean of each block and of those around it. */
function neighboring({ columns, rows, values }: Blocks): Blocks {
  const means = values.map((_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    let [sum, count] = [0, 0];
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y += 1) {
      for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x += 1) {
        sum += values[y * columns + x]!;
        count += 1;
      }
    }
    return sum / count;
  });
  return { columns, rows, values: means };
}

function factorsOf(mixed: Blocks, fresh: Blocks): Blocks {
  const factor = (energy: number, wanted: number) =>
    Math.min(MOST, Math.max(1, Math.sqrt((wanted + ROUNDING) / (energy + ROUNDING))));
  return { ...mixed, values: mixed.values.map((energy, i) => factor(energy, fresh.values[i]!)) };
}

/** But for the outermost pixels. Between the middles of blocks, factors change in a straight line. */
function enlarge(
  values: Uint16Array,
  { width, height }: Extent,
  factors: Blocks,
  largest: number,
  into: Uint16Array,
): void {
  const row = width * 3;
  const added = new Int32Array(row);
  for (let y = 1; y < height - 1; y += 1) {
    if (y % ALIKE === 1) shareAlongRow(factors, y + ALIKE / 2, added);
    for (let x = 3, i = y * row + 3; x < row - 3; x += 1, i += 1) {
      const around = values[i - 3]! + values[i + 3]! + values[i - row]! + values[i + row]!;
      const value = values[i]! + ((added[x]! * (4 * values[i]! - around)) >> (SHARE_BITS + 2));
      into[i] = Math.min(largest, Math.max(0, value));
    }
  }
}

/** What is added to a factor of one, for each value of a row of pixels, in parts of 2 to the {@link SHARE_BITS}. */
function shareAlongRow({ columns, rows, values }: Blocks, y: number, added: Int32Array): void {
  const place = y / BLOCK - 0.5;
  const above = Math.floor(place);
  const upper = clamped(above, rows) * columns;
  const lower = clamped(above + 1, rows) * columns;
  const along = Float32Array.from({ length: columns }, (_, column) => {
    const [a, b] = [values[upper + column]!, values[lower + column]!];
    return (a + (b - a) * (place - above) - 1) * 2 ** SHARE_BITS;
  });
  for (let i = 0, across = 0.5 / BLOCK - 0.5; i < added.length; across += 1 / BLOCK) {
    const before = Math.floor(across);
    const left = along[clamped(before, columns)]!;
    const share = left + (along[clamped(before + 1, columns)]! - left) * (across - before);
    for (const end = i + 3; i < end; i += 1) added[i] = share;
  }
}
