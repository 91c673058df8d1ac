/**
 * Pictures brought to another size some rows at a time: enlarged by cubics (Catmull-Rom), and reduced by Lanczos'
 * windowed sinc of three lobes.
 */

import type { Extent, Rows } from './picture.ts';
import { SUM_BYTES, WEIGHT_BITS } from './simd/kernels.ts';
import type { PixelRoom } from './simd/room.ts';

export interface Resampling {
  /** The rows of the source that these rows of the result are made of. */
  rowsFor(rows: Rows): Rows;
  /** Most rows that so many rows of the result are made of. */
  mostRowsFor(rowCount: number): number;
  /** Makes these rows; `source` is the address of those that {@link Resampling.rowsFor} says, `result` of what is made. */
  resample(rows: Rows, source: number, result: number): void;
}

const CHANNELS = 3;
const PLACE_BYTES = 4;
const PAIR_BYTES = 4;

/** Of pictures of one size to another; it takes its tables' room for good. */
export function resampling(room: PixelRoom, from: Extent, to: Extent): Resampling {
  const { kernels } = room;
  const [down, across] = [tapsOf(from.height, to.height), tapsOf(from.width, to.width)];
  const rowBytes = from.width * CHANNELS;
  const sums = room.take(rowBytes * SUM_BYTES);
  const places = room.take(to.width * PLACE_BYTES);
  const [rowWeights, columnWeights] = [down, across].map(({ weights }) =>
    room.take(weights.byteLength),
  ) as [number, number];
  const put = (address: number, { buffer, byteLength }: Int32Array | Int16Array): void =>
    room.view(address, byteLength).set(new Uint8Array(buffer));
  put(
    places,
    across.first.map((column) => column * CHANNELS * SUM_BYTES),
  );
  put(rowWeights, down.weights);
  put(columnWeights, across.weights);
  const [rowWeightBytes, columnWeightBytes] = [down.pairs * PAIR_BYTES, across.pairs * PAIR_BYTES];
  return {
    rowsFor: ({ begin, end }) => ({
      begin: down.first[begin]!,
      end: Math.min(from.height, down.first[end - 1]! + 2 * down.pairs),
    }),
    mostRowsFor: (rowCount) => Math.ceil((rowCount * from.height) / to.height) + 2 * down.pairs,
    resample({ begin, end }, source, result) {
      for (let row = begin; row < end; row += 1) {
        const rows = source + (down.first[row]! - down.first[begin]!) * rowBytes;
        const weights = rowWeights + row * rowWeightBytes;
        const sumsEnd = sums + rowBytes * SUM_BYTES;
        kernels.sumRows(rows, rowBytes, weights, weights + rowWeightBytes, sums, sumsEnd);
        const pixels = result + (row - begin) * to.width * CHANNELS;
        const placesEnd = places + to.width * PLACE_BYTES;
        kernels.sumColumns(sums, places, placesEnd, columnWeights, columnWeightBytes, pixels);
      }
    },
  };
}

/** Which positions of a side each position of another one is made of, and how much of each. */
interface Taps {
  /** Of positions, for each. */
  readonly pairs: number;
  readonly first: Int32Array;
  /** Two for each pair, in parts of {@link ONE}. */
  readonly weights: Int16Array;
}

const ONE = 1 << WEIGHT_BITS;

/** What lies outside of the picture is as its edge. */
function tapsOf(from: number, to: number): Taps {
  const step = from / to;
  const kernel = step > 1 ? LANCZOS : CUBIC;
  const stretch = Math.max(1, step);
  const reach = kernel.reach * stretch;
  const pairs = Math.ceil(reach);
  const first = new Int32Array(to);
  const weights = new Int16Array(to * 2 * pairs);
  for (let position = 0; position < to; position += 1) {
    const center = (position + 0.5) * step - 0.5;
    const begin = Math.floor(center - reach) + 1;
    const start = Math.max(0, Math.min(begin, from - 2 * pairs));
    const shares = new Float64Array(2 * pairs);
    for (let source = begin; source < center + reach; source += 1) {
      const inside = Math.min(Math.max(0, source), from - 1);
      shares[inside - start]! += kernel.weight((source - center) / stretch);
    }
    first[position] = start;
    weights.set(wholeParts(shares), position * 2 * pairs);
  }
  return { pairs, first, weights };
}

/** In parts of {@link ONE}, which they add up to. */
function wholeParts(shares: Float64Array): Int16Array {
  const sum = shares.reduce((a, b) => a + b);
  const parts = Int16Array.from(shares, (share) => Math.round((share / sum) * ONE));
  const largest = shares.indexOf(Math.max(...shares));
  parts[largest]! += ONE - parts.reduce((a, b) => a + b);
  return parts;
}

interface Kernel {
  /** Beyond this distance it is zero. */
  readonly reach: number;
  weight(distance: number): number;
}

const CUBIC: Kernel = {
  reach: 2,
  weight(distance) {
    const x = Math.abs(distance);
    if (x >= 2) return 0;
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
  },
};

const LANCZOS: Kernel = {
  reach: 3,
  weight: (distance) => (Math.abs(distance) < 3 ? sinc(distance) * sinc(distance / 3) : 0),
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
