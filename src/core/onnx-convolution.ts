/** How the convolutions of an ONNX graph compute: in float32 here, in 8 bits in `onnx-int8.ts`. */

import type { Convolution } from './network.ts';
import { type Attribute, FLOAT32, type OnnxGraph, type Value } from './onnx-graph.ts';

/** A convolution as the graph wants it. */
export interface Kernel {
  /** In ONNX's layout: outputs, inputs, height, width. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
  /** One number per output channel. */
  readonly bias?: Float32Array;
  readonly attributes: Record<string, Attribute>;
}

export interface ConvolutionLowering {
  /**
   * The first convolution: `bytes` is uint8 [1, 1, height, 3 * width], whose middle between black
   * and white counts as zero.
   */
  first(graph: OnnxGraph, bytes: Value, layer: Convolution, kernel: Kernel): Value;
  /** Any other: float32 in and out. `normalised` says whether instance norm follows. */
  other(
    graph: OnnxGraph,
    value: Value,
    layer: Convolution,
    kernel: Kernel,
    normalised: boolean,
  ): Value;
}

/** Between black and white, in 0..255. */
const MIDDLE = 127.5;

export const FLOAT_CONVOLUTIONS: ConvolutionLowering = {
  first(graph, bytes, _, kernel) {
    const floats = graph.node('Cast', [bytes], { to: FLOAT32 });
    return floatConvolution(graph, graph.node('Sub', [floats, graph.floats([MIDDLE], [])]), kernel);
  },
  other: (graph, value, _, kernel) => floatConvolution(graph, value, kernel),
};

export function floatConvolution(graph: OnnxGraph, value: Value, kernel: Kernel): Value {
  const { data, shape, bias, attributes } = kernel;
  const inputs = [value, graph.floats(data, shape)];
  if (bias) inputs.push(graph.floats(bias, [bias.length]));
  return graph.node('Conv', inputs, attributes);
}
