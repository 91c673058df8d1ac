/** How the convolutions of an ONNX graph compute: in float32 here, in 8 bits in `int8.ts`. */

import type { Attribute, OnnxGraph, Value } from './graph.ts';

/** A convolution as the graph wants it. */
export interface Kernel {
  /** OIHW. */
  readonly data: Float32Array;
  readonly shape: readonly [outputs: number, inputs: number, height: number, width: number];
  /** One number per output channel. */
  readonly bias?: Float32Array;
  readonly attributes: Record<string, Attribute>;
}

/** What a lowering must know of a convolution. */
export interface ConvolutionPlace {
  readonly name: string;
  /** Whether instance norm follows. */
  readonly normalized: boolean;
}

/** Adds a convolution to the graph: float32 in and out. */
export type ConvolutionLowering = (
  graph: OnnxGraph,
  value: Value,
  kernel: Kernel,
  place: ConvolutionPlace,
) => Value;

export function floatConvolution(graph: OnnxGraph, value: Value, kernel: Kernel): Value {
  const { data, shape, bias, attributes } = kernel;
  const inputs = [value, graph.floats(data, shape)];
  if (bias) inputs.push(graph.floats(bias, [bias.length]));
  return graph.node('Conv', inputs, attributes);
}
