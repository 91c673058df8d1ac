/**
 * Convolutions in 8 bits: activations as uint8 with one scale per tensor, weights as int8 with one
 * scale per output channel, between QuantizeLinear and DequantizeLinear, which ONNX Runtime fuses
 * (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). Instance norm
 * and residual sums stay in float32.
 */

import type { ActivationRanges, Interval } from '../../network/activation-ranges.ts';
import {
  EQUALISED,
  equalised,
  integerBias,
  rangesOf,
  roundedWeights,
  type Scale,
  SEEN,
  scaleOf,
} from '../../network/quantization.ts';
import { type ConvolutionLowering, floatConvolution, type Kernel } from './convolution.ts';
import type { OnnxGraph, Value } from './graph.ts';
import { dequantized, quantized, rounded } from './rounding.ts';

/**
 * Convolutions without ranges stay in float32. Throws a `TypeError` where there are ranges of another
 * number of channels.
 */
export function int8Convolutions(ranges: ActivationRanges): ConvolutionLowering {
  return (graph, value, kernel, { name, normalized }) => {
    const found = rangesOf(ranges, name, kernel.shape[0]!);
    if (found === undefined) return floatConvolution(graph, value, kernel);
    const scale = scaleOf(found.input);
    const input = rounded(graph, value, scale);
    return normalized
      ? convolved(graph, input, scale, equalised(kernel, found), EQUALISED)
      : convolved(graph, input, scale, kernel, SEEN);
  };
}

function convolved(
  graph: OnnxGraph,
  input: Value,
  { scale }: Scale,
  kernel: Kernel,
  output: Interval,
): Value {
  const { shape, bias, attributes } = kernel;
  const { rounded: weightBytes, scales } = roundedWeights(kernel);
  const channels = scales.length;
  const weights = graph.node(
    'DequantizeLinear',
    [
      graph.int8s(weightBytes, shape),
      graph.floats(scales, [channels]),
      graph.int8s(new Int8Array(channels), [channels]),
    ],
    { axis: 0 },
  );
  const inputs = [input, weights];
  if (bias)
    inputs.push(
      dequantizedBias(
        graph,
        bias,
        scales.map((weight) => weight * scale),
      ),
    );
  const range = scaleOf(output);
  const sum = graph.node('Conv', inputs, attributes);
  return dequantized(graph, quantized(graph, sum, range), range);
}

function dequantizedBias(graph: OnnxGraph, bias: Float32Array, units: Float32Array): Value {
  const integers = [...integerBias(bias, units)];
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
