/**
 * Instance norm between convolutions that compute in bytes. ONNX Runtime's own is one thread's work on
 * four times the memory; here the bytes stay bytes, and all that touches every pixel is done by operators
 * that share the work among threads:
 *
 * - the statistics are a mean and a dot product of each channel with itself;
 * - scaling, shifting, rectifying and rounding again is a convolution of one tap per channel, whose
 *   weight's unit and bias are computed from the statistics;
 * - where floats are wanted, it is a product with a diagonal matrix, in the same way.
 */

import { type InstanceNorm, NORM_EPSILON } from '../../network/layers.ts';
import { EQUALISED, type Scale, scaleOf } from '../../network/quantization.ts';
import { tensorOf, type Weights } from '../../network/weights.ts';
import { FLOAT32, INT32, type OnnxGraph, type Value } from './graph.ts';
import { channelsFirst } from './layout.ts';
import { dequantized } from './rounding.ts';
import type { Moments, StatisticsFlow } from './statistics.ts';

/** What a convolution gave for instance norm, and how to normalize it. */
export interface NormalizedBytes {
  /** uint8 [1, h, w, channels], of the scale of {@link EQUALISED}. */
  readonly bytes: Value;
  readonly channels: number;
  /** float32 [channels]: what {@link WEIGHT} of a byte's steps are worth after the norm. */
  readonly unit: Value;
  /** float32 [channels]: what the byte that means zero becomes. */
  readonly offset: Value;
}

const { scale: STEP, zero: ZERO } = scaleOf(EQUALISED);

/** The integer weight of what is a product with `unit`: as large as it can be, so that biases are fine. */
const WEIGHT = 127;

/** A channel whose gamma is smaller is next to constant, and must still be divisible by it. */
const MIN_GAMMA = 1e-3;

export function normalizedBytes(
  graph: OnnxGraph,
  bytes: Value,
  { name, channels, phases }: InstanceNorm,
  weights: Weights,
  flow?: StatisticsFlow,
): NormalizedBytes {
  const gamma = tensorOf(weights, `${name}/gamma`).data.map(divisible);
  const beta = tensorOf(weights, `${name}/beta`).data;
  const constant = (values: Float32Array) => graph.floats(values, [channels, 1, 1]);
  const number = (value: number) => graph.floats([value], []);

  const own = () => byteMoments(graph, bytes, channels);
  const { mean, variance } = flow ? flow.moments(channels, own) : own();
  const epsilon = number(NORM_EPSILON / STEP ** 2);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, epsilon])]);
  const unit = graph.node('Div', [constant(gamma.map((factor) => factor / WEIGHT)), deviation]);
  const shift = graph.node('Mul', [graph.node('Mul', [mean, number(WEIGHT)]), unit]);
  const offset = graph.node('Sub', [constant(beta), shift]);
  return {
    bytes,
    channels: channels * phases,
    unit: repeated(graph, unit, channels, phases),
    offset: repeated(graph, offset, channels, phases),
  };
}

/** uint8 [1, h, w, channels] of the given scale. */
export function bytesNormalized(
  graph: OnnxGraph,
  { bytes, channels, unit, offset }: NormalizedBytes,
  { scale, zero }: Scale,
): Value {
  const bias = graph.node('Cast', [graph.node('Div', [offset, unit])], { to: INT32 });
  const inputs = [
    bytes,
    graph.floats([1], []),
    graph.byte(ZERO),
    graph.int8s(new Int8Array(channels).fill(WEIGHT), [channels, 1, 1, 1]),
    unit,
    graph.int8s(new Int8Array(channels), [channels]),
    graph.floats([scale], []),
    graph.byte(zero),
    bias,
  ];
  return graph.runtimeNode('QLinearConv', inputs, {
    kernel_shape: [1, 1],
    group: channels,
    channels_last: 1,
  });
}

/** float32 [1, h, w, channels]. */
export function floatsNormalized(
  graph: OnnxGraph,
  { bytes, channels, unit, offset }: NormalizedBytes,
): Value {
  const diagonal = new Int8Array(channels * channels);
  for (let i = 0; i < channels; i += 1) diagonal[i * (channels + 1)] = WEIGHT;
  return graph.runtimeNode('MatMulIntegerToFloat', [
    bytes,
    graph.int8s(diagonal, [channels, channels]),
    graph.floats([1], []),
    unit,
    graph.byte(ZERO),
    graph.int8s(new Int8Array(channels), [channels]),
    offset,
  ]);
}

/** Of the steps from the byte that means zero; all that lies between two channels' first bytes is one channel's. */
export function byteMoments(graph: OnnxGraph, bytes: Value, channels: number): Moments {
  const shape = graph.int64s([channels, 1, -1]);
  const rows = graph.node('Reshape', [channelsFirst(graph, bytes), shape]);
  const steps = dequantized(graph, rows, { scale: 1, zero: ZERO });
  const mean = graph.node('ReduceMean', [steps], { axes: [2], keepdims: 1 });
  const squares = graph.runtimeNode('FusedMatMul', [steps, steps], { transB: 1 });
  const length = graph.node('Slice', [
    graph.node('Shape', [steps]),
    graph.int64s([2]),
    graph.int64s([3]),
  ]);
  const count = graph.node('Cast', [length], { to: FLOAT32 });
  const meanSquare = graph.node('Div', [squares, count]);
  const difference = graph.node('Sub', [meanSquare, graph.node('Mul', [mean, mean])]);
  // Rounding may leave a channel in which nothing happens a little below nothing.
  return { mean, variance: graph.node('Relu', [difference]) };
}

/** [channels, 1, 1] -> [channels * times], each value `times` in a row. */
function repeated(graph: OnnxGraph, value: Value, channels: number, times: number): Value {
  const wide =
    times === 1 ? value : graph.node('Expand', [value, graph.int64s([channels, times, 1])]);
  return graph.node('Reshape', [wide, graph.int64s([channels * times])]);
}

function divisible(gamma: number): number {
  const magnitude = Math.max(MIN_GAMMA, Math.abs(gamma));
  return gamma < 0 ? -magnitude : magnitude;
}
