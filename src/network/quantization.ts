/** Rounding to 8 bits: which byte or small integer stands for which number. */

import type { ConvolutionRanges, Interval } from './activation-ranges.ts';

export interface Scale {
  readonly scale: number;
  /** The byte that means zero. */
  readonly zero: number;
}

/** Weights of a convolution, output channel by output channel. */
export interface KernelValues {
  readonly data: Float32Array;
  /** Output channels first. */
  readonly shape: readonly number[];
}

const MAX_BYTE = 255;
const MAX_WEIGHT = 127;

/** What instance norm follows is scaled, channel by channel, to lie between -1 and 1. */
export const EQUALISED: Interval = [-1, 1];

/** What can be seen of a painting. */
export const SEEN: Interval = [0, 1];

/** So that a channel in which nothing happens can be divided by its range. */
const LEAST = 1e-6;

/** Zero is among the bytes, because convolutions pad with it. */
export function scaleOf([lowest, highest]: Interval): Scale {
  const [low, high] = [Math.min(0, lowest), Math.max(LEAST, highest)];
  const scale = (high - low) / MAX_BYTE;
  return { scale, zero: Math.round(-low / scale) };
}

/**
 * The kernel with every output channel divided by its largest magnitude. Instance norm divides by
 * each channel's own deviation, so this changes nothing but how well one scale fits all channels.
 */
export function equalised<Kernel extends KernelValues>(
  kernel: Kernel,
  { magnitudes }: ConvolutionRanges,
): Kernel {
  const taps = kernel.data.length / magnitudes.length;
  const data = new Float32Array(kernel.data.length);
  magnitudes.forEach((magnitude, channel) => {
    const largest = Math.max(LEAST, magnitude);
    const end = (channel + 1) * taps;
    for (let i = channel * taps; i < end; i += 1) data[i] = kernel.data[i]! / largest;
  });
  return { ...kernel, data };
}

/** Each output channel's weights as integers from -127 to 127 of a unit of their own. */
export function roundedWeights({ data, shape }: KernelValues): {
  rounded: Int8Array;
  scales: Float32Array;
} {
  const channels = shape[0]!;
  const taps = data.length / channels;
  const scales = new Float32Array(channels);
  const rounded = new Int8Array(data.length);
  for (let channel = 0; channel < channels; channel += 1) {
    const [begin, end] = [channel * taps, (channel + 1) * taps];
    // Plain loops: this is most of what loading a style computes.
    let largest = LEAST;
    for (let i = begin; i < end; i += 1) largest = Math.max(largest, Math.abs(data[i]!));
    const scale = Math.fround(largest / MAX_WEIGHT);
    scales[channel] = scale;
    for (let i = begin; i < end; i += 1) rounded[i] = Math.round(data[i]! / scale);
  }
  return { rounded, scales };
}

/** A bias in the units of the products that are summed, which is what integer kernels add. */
export function integerBias(bias: Float32Array, units: Float32Array): Int32Array {
  return Int32Array.from(bias, (value, channel) => Math.round(value / units[channel]!));
}

/** The ranges of one convolution; undefined where it stays in float32. */
export function rangesOf(
  ranges: ReadonlyMap<string, ConvolutionRanges>,
  name: string,
  channels: number,
): ConvolutionRanges | undefined {
  const found = ranges.get(name);
  if (found === undefined || found.magnitudes.length === channels) return found;
  throw new TypeError(`Expected activation ranges of ${channels} channels for ${name}.`);
}
