/** Between float32 and bytes, in the standard operators. */

import type { Scale } from '../../network/quantization.ts';
import type { OnnxGraph, Value } from './graph.ts';

/** The nearest value that a byte stands for. */
export function rounded(graph: OnnxGraph, value: Value, scale: Scale): Value {
  return dequantized(graph, quantized(graph, value, scale), scale);
}

export function quantized(graph: OnnxGraph, value: Value, { scale, zero }: Scale): Value {
  return graph.node('QuantizeLinear', [value, graph.floats([scale], []), graph.byte(zero)]);
}

export function dequantized(graph: OnnxGraph, value: Value, { scale, zero }: Scale): Value {
  return graph.node('DequantizeLinear', [value, graph.floats([scale], []), graph.byte(zero)]);
}
