/** The arithmetic of pixels, eight samples at a time: WebAssembly, which every Node on every processor computes so. */

import {
  add,
  add16,
  add32,
  advance,
  type Code,
  dotPairs,
  get,
  integer,
  load,
  load32,
  loadBytes,
  loadRepeated32,
  multiplyFractions,
  narrow32,
  narrowToBytes,
  repeat16,
  repeat32,
  repeatWhileLess,
  set,
  shiftRight32,
  shuffle,
  store,
  store32,
  store64,
  subtract16,
  type WasmFunction,
  wasmModule,
} from './assembler.ts';

/** Weights are parts of this many. */
export const WEIGHT_BITS = 14;

/** Sums of rows are bytes with so many further bits, so that they fit in 16 with what filters overshoot. */
const SUM_BITS = 6;

/** Of one sum. */
export const SUM_BYTES = 2;

/** What kernels may read and write beyond what they are told. */
export const SLACK_BYTES = 16;

/** The whole of what {@link PixelKernels.addShare} may add. */
export const FULL_SHARE = 2 ** 15 - 1;

/** All arguments are addresses in the memory, or counts. */
export interface PixelKernels {
  readonly memory: WebAssembly.Memory;
  /**
   * Adds up pairs of rows of bytes by weights: rows lie `rowBytes` apart from `rows` on, pairs of their weights, as integers of
   * 16 bits, from `weights` up to `weightsEnd`. What comes out are integers of 16 bits, up to `sumsEnd`.
   */
  sumRows(
    rows: number,
    rowBytes: number,
    weights: number,
    weightsEnd: number,
    sums: number,
    sumsEnd: number,
  ): void;
  /**
   * Adds up pairs of pixels of a row that {@link sumRows} has made, by weights, of which there are `weightBytes` for
   * each pixel that comes out; where in the row they apply, in bytes, says `places`, 32 bits each.
   */
  sumColumns(
    sums: number,
    places: number,
    placesEnd: number,
    weights: number,
    weightBytes: number,
    pixels: number,
  ): void;
  /** `base` plus a share, in parts of {@link FULL_SHARE}, of what `more` is more than `less`, sample by sample. Written over `base`. */
  addShare(base: number, baseEnd: number, more: number, less: number, share: number): void;
}

/** The integers of 16 bits of two vectors, in turn: those of their lower and of their upper halves. */
const LOWER = [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23];
const UPPER = LOWER.map((place) => place + 8);

function sumRows(): WasmFunction {
  const [rows, rowBytes, weights, weightsEnd, sums, sumsEnd] = [0, 1, 2, 3, 4, 5];
  const [row, weight] = [6, 7];
  const [above, below, share, lower, upper] = [8, 9, 10, 11, 12];
  const addPair = [
    ...set(share, loadRepeated32(get(weight))),
    ...set(above, loadBytes(get(row))),
    ...advance(row, get(rowBytes)),
    ...set(below, loadBytes(get(row))),
    ...advance(row, get(rowBytes)),
    ...set(lower, addedPairs(get(lower), shuffle(get(above), get(below), LOWER), get(share))),
    ...set(upper, addedPairs(get(upper), shuffle(get(above), get(below), UPPER), get(share))),
    ...advance(weight, integer(4)),
  ];
  const shift = WEIGHT_BITS - SUM_BITS;
  const eightSamples = [
    ...set(row, get(rows)),
    ...set(weight, get(weights)),
    ...set(lower, half(shift)),
    ...set(upper, half(shift)),
    ...repeatWhileLess(weight, weightsEnd, addPair),
    ...store(get(sums), narrow32(shiftRight32(get(lower), shift), shiftRight32(get(upper), shift))),
    ...advance(rows, integer(8)),
    ...advance(sums, integer(16)),
  ];
  return {
    name: 'sumRows',
    parameters: 6,
    integers: 2,
    vectors: 5,
    body: repeatWhileLess(sums, sumsEnd, eightSamples),
  };
}

/** The colors of two pixels of 16 bits a sample, in turn. */
const TWO_PIXELS = [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, 12, 13, 14, 15];
const TWO_PIXELS_BYTES = 12;

function sumColumns(): WasmFunction {
  const [sums, places, placesEnd, weights, weightBytes, pixels] = [0, 1, 2, 3, 4, 5];
  const [at, end] = [6, 7];
  const [two, total] = [8, 9];
  const addPair = [
    ...set(two, load(get(at))),
    ...set(
      total,
      addedPairs(get(total), shuffle(get(two), get(two), TWO_PIXELS), loadRepeated32(get(weights))),
    ),
    ...advance(at, integer(TWO_PIXELS_BYTES)),
    ...advance(weights, integer(4)),
  ];
  const shift = WEIGHT_BITS + SUM_BITS;
  const narrowed = narrow32(get(total), get(total));
  const pixel = [
    ...set(at, add(get(sums), load32(get(places)))),
    ...set(end, add(get(weights), get(weightBytes))),
    ...set(total, half(shift)),
    ...repeatWhileLess(weights, end, addPair),
    ...set(total, shiftRight32(get(total), shift)),
    ...store32(get(pixels), narrowToBytes(narrowed, narrowed)),
    ...advance(places, integer(4)),
    ...advance(pixels, integer(3)),
  ];
  return {
    name: 'sumColumns',
    parameters: 6,
    integers: 2,
    vectors: 2,
    body: repeatWhileLess(places, placesEnd, pixel),
  };
}

function addShare(): WasmFunction {
  const [base, baseEnd, more, less, share] = [0, 1, 2, 3, 4];
  const sum = 5;
  const difference = subtract16(loadBytes(get(more)), loadBytes(get(less)));
  const eightSamples = [
    ...set(sum, add16(loadBytes(get(base)), multiplyFractions(difference, repeat16(get(share))))),
    ...store64(get(base), narrowToBytes(get(sum), get(sum))),
    ...[base, more, less].flatMap((local) => advance(local, integer(8))),
  ];
  return {
    name: 'addShare',
    parameters: 5,
    integers: 0,
    vectors: 1,
    body: repeatWhileLess(base, baseEnd, eightSamples),
  };
}

function addedPairs(sum: Code, pairs: Code, share: Code): Code {
  return add32(sum, dotPairs(pairs, share));
}

/** Half of what a shift by so many bits takes away, so that it rounds. */
function half(bits: number): Code {
  return repeat32(integer(1 << (bits - 1)));
}

const module = new WebAssembly.Module(wasmModule([sumRows(), sumColumns(), addShare()]));

/** With memory of their own, which may grow. */
export function pixelKernels(): PixelKernels {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, ...(exports as unknown as Omit<PixelKernels, 'memory'>) };
}
