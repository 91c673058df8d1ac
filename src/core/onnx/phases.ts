/**
 * Convolutions at twice the resolution written as convolutions at the lower one (polyphase form): the
 * 2 x 2 pixels that lie in one pixel of the lower resolution, its phases, are channels of it. Exact but
 * for how the outermost pixels are padded, which are margin. Kernels are OIHW.
 */

import { SMOOTH_KERNEL } from '../network.ts';
import type { Kernel } from './convolution.ts';

type OihwKernel = Pick<Kernel, 'data' | 'shape'>;

const COLORS = 3;

/** Side of a kernel over phases. */
const SIDE = 3;

/** Which channel is the given phase of a channel. */
type Phase = (channel: number, row: number, column: number) => number;

const byChannel: Phase = (channel, row, column) => (channel * 2 + row) * 2 + column;

/** As depth-to-space takes them. */
const byPixel: Phase = (color, row, column) => (row * 2 + column) * COLORS + color;

/** Blocks of 4 x 4 pixels, row by row; the channels are phases by pixel themselves. */
const byPixelOfFour: Phase = (channel, row, column) => {
  const [pixel, color] = [Math.floor(channel / COLORS), channel % COLORS];
  const [y, x] = [row * 2 + (pixel >> 1), column * 2 + (pixel & 1)];
  return (y * 4 + x) * COLORS + color;
};

/** Smoothing of the picture that depth-to-space makes, on the 12 channels that it is made of. */
export function smoothingKernel(): OihwKernel {
  const area = SMOOTH_KERNEL.length;
  const data = new Float32Array(COLORS * COLORS * area);
  for (let color = 0; color < COLORS; color += 1) {
    data.set(SMOOTH_KERNEL, color * (COLORS + 1) * area);
  }
  const kernel: OihwKernel = { data, shape: [COLORS, COLORS, 3, 3] };
  return overPhases(kernel, { inputs: COLORS * 4, inputOf: byPixel, outputOf: byPixel });
}

/**
 * A 3 x 3 kernel over a picture whose pixels are repeated twice in both directions -> the kernel over
 * the picture as it was that gives the phases, channel by channel.
 */
export function doublingKernel(kernel: OihwKernel): OihwKernel {
  const inputs = kernel.shape[1];
  return overPhases(kernel, { inputs, inputOf: (channel) => channel, outputOf: byChannel });
}

/**
 * A 3 x 3 head and the smoothing after it, both linear, as one kernel: from the phases that
 * {@link doublingKernel} gives to the 48 channels of 4 x 4 pixels, row by row.
 */
export function paintingKernel(head: OihwKernel): OihwKernel {
  const inputs = head.shape[1] * 4;
  const kernel = chained(head, smoothingKernel());
  return overPhases(kernel, { inputs, inputOf: byChannel, outputOf: byPixelOfFour });
}

/** What a head's bias adds to the channels of {@link paintingKernel}. */
export function paintingBias(bias: Float32Array): Float32Array {
  const { data, shape } = smoothingKernel();
  const [outputs, inputs] = shape;
  const taps = data.length / outputs;
  const painted = new Float32Array(outputs * 4);
  for (let o = 0; o < outputs; o += 1) {
    const kernel = data.subarray(o * taps, (o + 1) * taps);
    const sum = kernel.reduce(
      (s, weight, i) => s + weight * bias[Math.floor((i * inputs) / taps)]!,
      0,
    );
    for (const row of [0, 1])
      for (const column of [0, 1]) painted[byPixelOfFour(o, row, column)] = sum;
  }
  return painted;
}

interface PhaseOrder {
  readonly inputs: number;
  readonly inputOf: Phase;
  readonly outputOf: Phase;
}

/** A kernel of 3 x 3 or 5 x 5 pixels as one of 3 x 3 times phases; each output channel becomes four. */
function overPhases(
  { data, shape: [outputs, channels, height, width] }: OihwKernel,
  { inputs, inputOf, outputOf }: PhaseOrder,
): OihwKernel {
  const phases = new Float32Array(outputs * 4 * inputs * SIDE * SIDE);
  data.forEach((weight, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const channel = Math.floor(i / width / height);
    const [output, input] = [Math.floor(channel / channels), channel % channels];
    for (const row of [0, 1]) {
      for (const column of [0, 1]) {
        const [down, right] = [row + y - (height >> 1), column + x - (width >> 1)];
        const from = inputOf(input, down & 1, right & 1);
        const tap = ((down >> 1) + 1) * SIDE + (right >> 1) + 1;
        phases[(outputOf(output, row, column) * inputs + from) * SIDE * SIDE + tap]! += weight;
      }
    }
  });
  return { data: phases, shape: [outputs * 4, inputs, SIDE, SIDE] };
}

/** The kernel of one 3 x 3 convolution after another. */
function chained(first: OihwKernel, second: OihwKernel): OihwKernel {
  const [middle, inputs] = first.shape;
  const [outputs] = second.shape;
  const side = 5;
  const data = new Float32Array(outputs * inputs * side * side);
  second.data.forEach((outer, i) => {
    if (outer === 0) return;
    const [o, m, tap] = [Math.floor(i / 9 / middle), Math.floor(i / 9) % middle, i % 9];
    for (let input = 0; input < inputs; input += 1) {
      for (let inner = 0; inner < 9; inner += 1) {
        const y = Math.floor(tap / 3) + Math.floor(inner / 3);
        const x = (tap % 3) + (inner % 3);
        const weight = outer * first.data[(m * inputs + input) * 9 + inner]!;
        data[((o * inputs + input) * side + y) * side + x]! += weight;
      }
    }
  });
  return { data, shape: [outputs, inputs, side, side] };
}
