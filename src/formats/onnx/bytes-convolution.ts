/** A convolution from bytes to bytes by ONNX Runtime's own operator, with channels last. */

import { integerBias, roundedWeights, type Scale } from '../../network/quantization.ts';
import type { Kernel } from './convolution.ts';
import type { OnnxGraph, Value } from './graph.ts';

/** uint8 [1, h, w, inputs] -> uint8 [1, h / stride, w / stride, outputs]. */
export function bytesConvolution(
  graph: OnnxGraph,
  value: Value,
  input: Scale,
  kernel: Kernel,
  output: Scale,
): Value {
  const { rounded, scales } = roundedWeights(kernel);
  const units = scales.map((weight) => weight * input.scale);
  const inputs = [
    value,
    graph.floats([input.scale], []),
    graph.byte(input.zero),
    graph.int8s(rounded, kernel.shape),
    graph.floats(scales, [scales.length]),
    graph.int8s(new Int8Array(scales.length), [scales.length]),
    graph.floats([output.scale], []),
    graph.byte(output.zero),
  ];
  if (kernel.bias) inputs.push(graph.int32s(integerBias(kernel.bias, units)));
  return graph.runtimeNode('QLinearConv', inputs, { ...kernel.attributes, channels_last: 1 });
}
