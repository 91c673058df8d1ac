/** Each layer of a network as nodes of an ONNX graph: for whole pictures and for strips of them. */

import {
  COLORS,
  type Convolution,
  type InstanceNorm,
  MIDDLE,
  NORM_EPSILON,
} from '../../network/layers.ts';
import { smoothingKernel } from '../../network/polyphase.ts';
import { SEEN, scaleOf } from '../../network/quantization.ts';
import { tensorOf, type Weights } from '../../network/weights.ts';
import { floatConvolution, type Kernel } from './convolution.ts';
import type { Seen } from './ends.ts';
import { FLOAT32, type OnnxGraph, type Value } from './graph.ts';
import { inputs, interleave, toOihw } from './kernels.ts';
import { channelsLast } from './layout.ts';
import { quantized } from './rounding.ts';
import type { Moments, StatisticsFlow } from './statistics.ts';

/** Bytes per unit: the network works in 0..1. */
const WHITE = 255;

/** Picture and noise -> float32 [1, channels, h / stride, W / stride]. */
export function enter(
  graph: OnnxGraph,
  { picture, noise }: Seen,
  first: Convolution,
  weights: Weights,
): Value {
  const colors = enterPixels(graph, picture, [0, COLORS], first, weights);
  if (noise === undefined) return colors;
  const seeds = enterPixels(graph, noise, [COLORS, COLORS + 1], first, weights);
  return graph.node('Add', [colors, seeds]);
}

/**
 * What the first layer makes of uint8 [1, h, W, channels], those of its input channels from the first number up to
 * the second. `padRows` adds what the kernel sees above and below of planes around 0; half a kernel of zeros where
 * nothing is said.
 */
export function enterPixels(
  graph: OnnxGraph,
  pixels: Value,
  [begin, end]: readonly [number, number],
  { name, kernel, stride: step, outputChannels }: Convolution,
  weights: Weights,
  padRows?: (planes: Value) => Value,
): Value {
  const planes = centered(graph, pixels);
  const channels = end - begin;
  return floatConvolution(graph, padRows ? padRows(planes) : planes, {
    data: interleave(inputs(tensorOf(weights, `${name}/kernel`), begin, end), 1 / WHITE),
    shape: [outputChannels, 1, kernel, kernel * channels],
    attributes: convolutionAttributes(kernel, step, padRows === undefined, channels),
  });
}

/** uint8 [1, h, W, channels] -> float32 [1, 1, h, W * channels] around 0, still of 255. */
function centered(graph: OnnxGraph, pixels: Value): Value {
  const height = graph.node('Slice', [
    graph.node('Shape', [pixels]),
    graph.int64s([1]),
    graph.int64s([2]),
  ]);
  const shape = graph.node('Concat', [graph.int64s([1, 1]), height, graph.int64s([-1])], {
    axis: 0,
  });
  const bytes = graph.node('Cast', [graph.node('Reshape', [pixels, shape])], { to: FLOAT32 });
  return graph.node('Sub', [bytes, graph.floats([MIDDLE * WHITE], [])]);
}

/** `offset` is added to every output channel by way of the bias; `isPadded` above and below. */
export function kernelOf(
  layer: Convolution,
  weights: Weights,
  { offset = 0, isPadded = true }: { readonly offset?: number; readonly isPadded?: boolean } = {},
): Kernel {
  const { name, kernel, stride: step, bias } = layer;
  const { shape, data } = tensorOf(weights, `${name}/kernel`);
  return {
    data: toOihw(data, shape),
    shape: [shape[3]!, shape[2]!, kernel, kernel],
    ...(bias && { bias: tensorOf(weights, `${name}/bias`).data.map((b) => b + offset) }),
    attributes: convolutionAttributes(kernel, step, isPadded),
  };
}

/** `interleaved` values of a row are one pixel. */
function convolutionAttributes(kernel: number, step: number, isPadded: boolean, interleaved = 1) {
  const pad = kernel >> 1;
  const rows = isPadded ? pad : 0;
  return {
    kernel_shape: [kernel, kernel * interleaved],
    strides: [step, step * interleaved],
    pads: [rows, pad * interleaved, rows, pad * interleaved],
  };
}

/** Instance norm that finds the statistics itself, or works with those of `flow`. */
export function instanceNorm(
  graph: OnnxGraph,
  value: Value,
  norm: InstanceNorm,
  weights: Weights,
  flow?: StatisticsFlow,
): Value {
  if (flow) return flowingNorm(graph, value, norm, weights, flow);
  const { name, channels, phases } = norm;
  const parameters = normParameters(weights, name).map((vector) =>
    graph.floats(vector, [channels]),
  );
  const normalize = (input: Value) =>
    graph.node('InstanceNormalization', [input, ...parameters], {
      epsilon: { float: NORM_EPSILON },
    });
  if (phases === 1) return normalize(value);
  const channelByChannel = graph.node('Reshape', [value, graph.int64s([1, channels, -1, 1])]);
  return graph.node('Reshape', [normalize(channelByChannel), graph.node('Shape', [value])]);
}

/** Instance norm in plain operators, as the statistics go in or out. */
function flowingNorm(
  graph: OnnxGraph,
  value: Value,
  { name, channels }: InstanceNorm,
  weights: Weights,
  flow: StatisticsFlow,
): Value {
  const [gamma, beta] = normParameters(weights, name).map((vector) =>
    graph.floats(vector, [channels, 1, 1]),
  );
  const rows = graph.node('Reshape', [value, graph.int64s([channels, 1, -1])]);
  const { mean, variance } = flow.moments(channels, () => planeMoments(graph, rows));
  const epsilon = graph.floats([NORM_EPSILON], []);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, epsilon])]);
  const factor = graph.node('Div', [gamma!, deviation]);
  const shift = graph.node('Sub', [beta!, graph.node('Mul', [mean, factor])]);
  const normalized = graph.node('Add', [graph.node('Mul', [rows, factor]), shift]);
  return graph.node('Reshape', [normalized, graph.node('Shape', [value])]);
}

/** Of float32 [channels, 1, n]. */
export function planeMoments(graph: OnnxGraph, rows: Value): Moments {
  const average = (input: Value) => graph.node('ReduceMean', [input], { axes: [2], keepdims: 1 });
  const mean = average(rows);
  const distances = graph.node('Sub', [rows, mean]);
  return { mean, variance: average(graph.node('Mul', [distances, distances])) };
}

function normParameters(weights: Weights, name: string): Float32Array[] {
  return ['gamma', 'beta'].map((part) => tensorOf(weights, `${name}/${part}`).data);
}

/** Planes with every pixel twice in both directions. */
export function upsample(graph: OnnxGraph, planes: Value): Value {
  return repeatPixels(graph, planes, [1, 1, 2, 2]);
}

/** The same of what has its channels last. */
export function upsamplePixels(graph: OnnxGraph, pixels: Value): Value {
  return repeatPixels(graph, pixels, [1, 2, 2, 1]);
}

function repeatPixels(graph: OnnxGraph, value: Value, times: readonly number[]): Value {
  return graph.node('Resize', [value, '', graph.floats(times, [4])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

/**
 * Smoothing of the picture that depth-to-space will make, done on the 12 channels it is made of:
 * a 3 x 3 neighborhood of a full-resolution pixel lies in a 3 x 3 neighborhood of phases.
 */
export function smoothPhases(graph: OnnxGraph, value: Value): Value {
  const { data, shape } = smoothingKernel();
  return floatConvolution(graph, value, {
    data: toOihw(data, shape),
    shape: [12, 12, 3, 3],
    attributes: convolutionAttributes(3, 1, true),
  });
}

/** float32 [1, block² * 3, h / block, W / block] in 0..1 -> uint8 of the shape that `shape` holds. */
export function weave(graph: OnnxGraph, value: Value, block: number, shape: Value): Value {
  const seen = quantized(graph, channelsLast(graph, value), scaleOf(SEEN));
  return weaveBytes(graph, seen, block, shape);
}

/** uint8 [1, h / block, W / block, block² * 3], each block row by row -> the shape that `shape` holds. */
export function weaveBytes(graph: OnnxGraph, value: Value, block: number, shape: Value): Value {
  return graph.node('Reshape', [wovenBlocks(graph, value, block), shape]);
}

/** The same as [1, h / block, block, W / block, block * 3], which is the picture row by row. */
export function wovenBlocks(graph: OnnxGraph, value: Value, block: number, output?: Value): Value {
  const phases = graph.node('Reshape', [value, graph.int64s([1, 0, 0, block, block * 3])]);
  return graph.node('Transpose', [phases], { perm: [0, 1, 3, 2, 4] }, output);
}
