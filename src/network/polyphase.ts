/**
 * The same network without an upsampled picture in it: its end in polyphase form, where the 2 x 2 pixels
 * that lie in one pixel of the lower resolution, its phases, are channels of it.
 *
 * - Doubling by repetition and the 3 x 3 convolution after it are one convolution before doubling that
 *   gives the phases; the norm sees four channels as one.
 * - The head, depth-to-space and smoothing, all linear, are one convolution from phases to blocks of 4 x 4
 *   pixels.
 *
 * Exact but for how the outermost pixels are padded, which are margin. Half as many multiplications
 * again, but in kernels of several times the channels, which processors compute better, and a quarter of the
 * memory.
 */

import type { ActivationRanges } from './activation-ranges.ts';
import {
  COLORS,
  type Convolution,
  type InstanceNorm,
  type Layer,
  type Network,
  SMOOTH_KERNEL,
} from './layers.ts';
import { type Tensor, tensorOf, type Weights } from './weights.ts';

export interface NetworkInstance {
  readonly network: Network;
  readonly weights: Weights;
  /** Where it computes in 8 bits. */
  readonly ranges?: ActivationRanges | undefined;
}

/** Side of a kernel over phases. */
const SIDE = 3;

/** Unchanged where its end is not of 3 x 3 convolutions around upsampling, depth-to-space and smoothing. */
export function polyphase<Instance extends NetworkInstance>(instance: Instance): Instance {
  const { network, weights, ranges } = instance;
  const end = endOf(network.layers);
  if (end === undefined) return instance;
  const { convolution, norm, between, head } = end;
  const [kernel, headKernel] = [convolution, head].map(({ name }) =>
    tensorOf(weights, `${name}/kernel`),
  ) as [Tensor, Tensor];
  const headBias = tensorOf(weights, `${head.name}/bias`);
  const doubling = doublingKernel(kernel);
  const painting = paintingKernel(headKernel);
  const layers: Layer[] = [
    ...network.layers.slice(0, end.start),
    withShape(convolution, doubling),
    { ...norm, phases: 4 },
    ...between,
    withShape(head, painting),
    { kind: 'depthToSpace', block: 4 },
  ];
  return {
    ...instance,
    network: { ...network, layers },
    weights: new Map([
      ...weights,
      [`${convolution.name}/kernel`, doubling],
      [`${head.name}/kernel`, painting],
      [`${head.name}/bias`, paintingBias(headBias)],
    ]),
    ...(ranges && { ranges: inPhases(ranges, [convolution, head]) }),
  };
}

interface End {
  /** Place of the upsampling among the layers. */
  readonly start: number;
  readonly convolution: Convolution;
  readonly norm: InstanceNorm;
  readonly between: readonly Layer[];
  readonly head: Convolution;
}

function endOf(layers: readonly Layer[]): End | undefined {
  const start = layers.length - 7;
  const [upsample, convolution, norm, relu, head, depthToSpace, smooth] = layers.slice(-7);
  const fits =
    upsample?.kind === 'upsample' &&
    convolution?.kind === 'convolution' &&
    norm?.kind === 'instanceNorm' &&
    relu?.kind === 'relu' &&
    head?.kind === 'convolution' &&
    head.bias &&
    depthToSpace?.kind === 'depthToSpace' &&
    smooth?.kind === 'smooth' &&
    [convolution, head].every(({ kernel, stride }) => kernel === SIDE && stride === 1);
  return fits ? { start, convolution, norm, between: [relu], head } : undefined;
}

function withShape(convolution: Convolution, { shape }: Tensor): Convolution {
  return { ...convolution, inputChannels: shape[2]!, outputChannels: shape[3]! };
}

/** A phase reaches as far as its channel; smoothing makes nothing larger. */
function inPhases(ranges: ActivationRanges, ofPhases: readonly Convolution[]): ActivationRanges {
  const names = new Set(ofPhases.map(({ name }) => name));
  return new Map(
    [...ranges].map(([name, found]) => {
      if (!names.has(name)) return [name, found];
      const magnitudes = found.magnitudes.flatMap((magnitude) => Array<number>(4).fill(magnitude));
      return [name, { ...found, magnitudes }];
    }),
  );
}

/** Which channel is the given phase of a channel. */
type Phase = (channel: number, row: number, column: number) => number;

const byChannel: Phase = (channel, row, column) => (channel * 2 + row) * 2 + column;

/** As depth-to-space takes them. */
const byPixel: Phase = (color, row, column) => (row * 2 + column) * COLORS + color;

/** Phases of channels that are phases by pixel themselves: 4 x 4 pixels, row by row. */
const byPixelOfFour: Phase = (channel, row, column) => {
  const pixel = Math.floor(channel / COLORS);
  const y = row * 2 + (pixel >> 1);
  const x = column * 2 + (pixel & 1);
  return (y * 4 + x) * COLORS + (channel % COLORS);
};

/** [3, 3, inputs, outputs] over repeated pixels -> [3, 3, inputs, outputs * 4]. */
function doublingKernel(kernel: Tensor): Tensor {
  const inputs = kernel.shape[2]!;
  return overPhases(kernel, { inputs, inputOf: (channel) => channel, outputOf: byChannel });
}

/** [3, 3, inputs, 12] and smoothing -> [3, 3, inputs * 4, 48]. */
function paintingKernel(head: Tensor): Tensor {
  const inputs = head.shape[2]! * 4;
  const kernel = chained(head, smoothingKernel());
  return overPhases(kernel, { inputs, inputOf: byChannel, outputOf: byPixelOfFour });
}

/** Smoothing mixes the phases of one color, and with them their biases. */
function paintingBias({ data }: Tensor): Tensor {
  const constant: Tensor = { shape: [1, 1, 1, data.length], data };
  const mixed = chained(constant, smoothingKernel());
  const sums = new Float32Array(data.length);
  mixed.data.forEach((weight, i) => {
    sums[i % sums.length]! += weight;
  });
  const painted = new Float32Array(data.length * 4);
  sums.forEach((sum, channel) => {
    for (const row of [0, 1]) {
      for (const column of [0, 1]) painted[byPixelOfFour(channel, row, column)] = sum;
    }
  });
  return { shape: [painted.length], data: painted };
}

/** [3, 3, 12, 12]: smoothing of the picture that depth-to-space makes, on the channels that it is made of. */
export function smoothingKernel(): Tensor {
  const data = new Float32Array(SMOOTH_KERNEL.length * COLORS * COLORS);
  SMOOTH_KERNEL.forEach((weight, tap) => {
    for (let color = 0; color < COLORS; color += 1) {
      data[(tap * COLORS + color) * COLORS + color] = weight;
    }
  });
  const kernel: Tensor = { shape: [SIDE, SIDE, COLORS, COLORS], data };
  return overPhases(kernel, { inputs: COLORS * 4, inputOf: byPixel, outputOf: byPixel });
}

interface PhaseOrder {
  readonly inputs: number;
  readonly inputOf: Phase;
  readonly outputOf: Phase;
}

/** A kernel of 3 x 3 or 5 x 5 pixels as one of 3 x 3 times phases; each output channel becomes four. */
function overPhases({ shape, data }: Tensor, { inputs, inputOf, outputOf }: PhaseOrder): Tensor {
  const [height, width, channels, outputs] = shape as [number, number, number, number];
  const phases = new Float32Array(SIDE * SIDE * inputs * outputs * 4);
  for (let tap = 0; tap < height * width; tap += 1) {
    for (const row of [0, 1]) {
      for (const column of [0, 1]) {
        const down = row + Math.floor(tap / width) - (height >> 1);
        const right = column + (tap % width) - (width >> 1);
        const place = ((down >> 1) + 1) * SIDE + (right >> 1) + 1;
        for (let input = 0; input < channels; input += 1) {
          const from = (tap * channels + input) * outputs;
          const to = (place * inputs + inputOf(input, down & 1, right & 1)) * outputs * 4;
          for (let output = 0; output < outputs; output += 1) {
            phases[to + outputOf(output, row, column)]! += data[from + output]!;
          }
        }
      }
    }
  }
  return { shape: [SIDE, SIDE, inputs, outputs * 4], data: phases };
}

/** The kernel of one convolution after another. */
function chained(first: Tensor, second: Tensor): Tensor {
  const [height, width, inputs, middle] = first.shape as [number, number, number, number];
  const [down, right, , outputs] = second.shape as [number, number, number, number];
  const shape = [height + down - 1, width + right - 1, inputs, outputs];
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
  second.data.forEach((outer, i) => {
    if (outer === 0) return;
    const output = i % outputs;
    const channel = Math.floor(i / outputs) % middle;
    const tap = Math.floor(i / outputs / middle);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const from = (y * width + x) * inputs;
        const at = (y + Math.floor(tap / right)) * (width + right - 1) + x + (tap % right);
        for (let input = 0; input < inputs; input += 1) {
          const inner = first.data[(from + input) * middle + channel]!;
          data[(at * inputs + input) * outputs + output]! += outer * inner;
        }
      }
    }
  });
  return { shape, data };
}
