/**
 * Convolutions in 8 bits: activations as uint8 with one scale per tensor, weights as int8 with one
 * scale per output channel, between QuantizeLinear and DequantizeLinear, which ONNX Runtime fuses
 * (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). Instance norm
 * and residual sums stay in float32.
 */

import type { ActivationRanges, ConvolutionRanges, Interval } from './activation-ranges.ts';
import { type ConvolutionLowering, floatConvolution, type Kernel } from './onnx-convolution.ts';
import type { OnnxGraph, Value } from './onnx-graph.ts';

interface Scale {
  readonly scale: number;
  /** The byte that means zero. */
  readonly zero: number;
}

const LARGEST_BYTE = 255;
const LARGEST_WEIGHT = 127;

/** What instance norm follows is scaled, channel by channel, to lie between -1 and 1. */
const EQUALISED: Interval = [-1, 1];

/** So that a channel in which nothing happens can be divided by its range. */
const LEAST = 1e-6;

/**
 * Convolutions without ranges stay in float32. Throws a `TypeError` where there are ranges of another
 * number of channels.
 */
export function int8Convolutions(ranges: ActivationRanges): ConvolutionLowering {
  const rangesOf = (name: string, { shape }: Kernel): ConvolutionRanges | undefined => {
    const found = ranges.get(name);
    if (found === undefined || found.magnitudes.length === shape[0]) return found;
    throw new TypeError(`Expected activation ranges of ${shape[0]} channels for ${name}.`);
  };
  return (graph, value, kernel, { name, normalised, bytes }) => {
    const found = rangesOf(name, kernel);
    if (found === undefined) return floatConvolution(graph, value, kernel);
    const scale = scaleOf(found.input);
    const input = dequantised(graph, quantised(graph, value, scale), scale);
    return normalised
      ? convolved(graph, input, scale, equalised(kernel, found), EQUALISED, bytes)
      : convolved(graph, input, scale, kernel, found.output, bytes);
  };
}

/** What a convolution with ranges gives before instance norm, from the bytes that it computed. */
export function fromEqualisedBytes(graph: OnnxGraph, bytes: Value): Value {
  return dequantised(graph, bytes, scaleOf(EQUALISED));
}

function convolved(
  graph: OnnxGraph,
  input: Value,
  { scale }: Scale,
  kernel: Kernel,
  output: Interval,
  bytes: Value | undefined,
): Value {
  const { shape, bias, attributes } = kernel;
  const { rounded, scales } = roundedWeights(kernel);
  const channels = scales.length;
  const weights = graph.node(
    'DequantizeLinear',
    [
      graph.int8s(rounded, shape),
      graph.floats(scales, [channels]),
      graph.int8s(new Int8Array(channels), [channels]),
    ],
    { axis: 0 },
  );
  const inputs = [input, weights];
  if (bias)
    inputs.push(
      integerBias(
        graph,
        bias,
        scales.map((weight) => weight * scale),
      ),
    );
  const range = scaleOf(output);
  const sum = graph.node('Conv', inputs, attributes);
  return dequantised(graph, quantised(graph, sum, range, bytes), range);
}

/** In the units of the products that are summed, as the integer kernels want it. */
function integerBias(graph: OnnxGraph, bias: Float32Array, units: Float32Array): Value {
  const integers = Array.from(bias, (value, channel) => Math.round(value / units[channel]!));
  return graph.node(
    'DequantizeLinear',
    [
      graph.int32s(integers),
      graph.floats(units, [units.length]),
      graph.int32s(integers.map(() => 0)),
    ],
    { axis: 0 },
  );
}

/**
 * The kernel with every output channel divided by its largest magnitude. Instance norm divides by
 * each channel's own deviation, so this changes nothing but how well one scale fits all channels.
 */
function equalised(kernel: Kernel, { magnitudes }: ConvolutionRanges): Kernel {
  const taps = kernel.data.length / magnitudes.length;
  const data = kernel.data.map(
    (weight, i) => weight / Math.max(LEAST, magnitudes[Math.floor(i / taps)]!),
  );
  return { ...kernel, data };
}

/** Each output channel's weights as integers from -127 to 127 of a unit of their own. */
function roundedWeights({ data, shape }: Kernel): { rounded: Int8Array; scales: Float32Array } {
  const channels = shape[0]!;
  const taps = data.length / channels;
  const scales = Float32Array.from({ length: channels }, (_, channel) => {
    const weights = data.subarray(channel * taps, (channel + 1) * taps);
    const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), LEAST);
    return largest / LARGEST_WEIGHT;
  });
  const rounded = Int8Array.from(data, (weight, i) =>
    Math.round(weight / scales[Math.floor(i / taps)]!),
  );
  return { rounded, scales };
}

/** Zero is among the bytes, because convolutions pad with it. */
function scaleOf([lowest, highest]: Interval): Scale {
  const [low, high] = [Math.min(0, lowest), Math.max(LEAST, highest)];
  const scale = (high - low) / LARGEST_BYTE;
  return { scale, zero: Math.round(-low / scale) };
}

function quantised(graph: OnnxGraph, value: Value, { scale, zero }: Scale, output?: Value): Value {
  const inputs = [value, graph.floats([scale], []), graph.byte(zero)];
  return graph.node('QuantizeLinear', inputs, {}, output);
}

function dequantised(graph: OnnxGraph, value: Value, { scale, zero }: Scale): Value {
  return graph.node('DequantizeLinear', [value, graph.floats([scale], []), graph.byte(zero)]);
}
