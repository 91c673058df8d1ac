/**
 * Network + weights -> ONNX model, arranged for speed on a CPU.
 *
 * Input and output are uint8 NHWC, so pixels pass between the image library and the runtime
 * without a loop in JavaScript. Three rewrites keep the picture-sized work around the network
 * small; each gives the same numbers as the plain layers:
 *
 * - The first convolution reads interleaved pixels: a k x k kernel over three channels is a
 *   k x 3k kernel over one channel of three times the width, so no transposition is needed.
 * - Smoothing after depth-to-space is a convolution of the 12 head channels at half resolution
 *   (its polyphase form), where it is cheap. It differs in the outermost pixels only, which are
 *   margin.
 * - Clipping, scaling to 0..255, rounding and casting are one `QuantizeLinear`; the `+ 0.5` before
 *   it rides on the head's bias.
 *
 * With activation ranges all convolutions but the first compute in 8 bits: what comes out of the
 * first one follows the picture's contrast, what comes out of the others follows instance norm.
 */

import type { ActivationRanges } from './activation-ranges.ts';
import { stride } from './measures.ts';
import { type Convolution, type Layer, type Network, NORM_EPSILON } from './network.ts';
import { type ConvolutionLowering, floatConvolution, type Kernel } from './onnx-convolution.ts';
import { FLOAT32, type OnnxGraph, onnxGraph, type Value, type ValueInfo } from './onnx-graph.ts';
import { int8Convolutions } from './onnx-int8.ts';
import { interleave, phaseKernel, toOihw } from './onnx-kernels.ts';
import { tensorOf, type Weights } from './weights.ts';

export const ONNX_INPUT = 'image';
export const ONNX_OUTPUT = 'painting';

/** Bytes per unit: the network works in 0..1. */
const WHITE = 255;

/** Middle of 0..1: taken from the picture before the first layer, added again after the last. */
const MIDDLE = 0.5;

/**
 * ONNX bytes of the network: uint8 [1, height, width, 3] in and out, any size from the margin up.
 * In 8 bits where activation ranges are given.
 */
export function onnxModel(
  network: Network,
  weights: Weights,
  ranges?: ActivationRanges,
): Uint8Array {
  const lowering = ranges ? int8Convolutions(ranges) : floatConvolution;
  return modelWith(network, weights, lowering, []);
}

/** Suffixes of the outputs of {@link onnxRangeModel}. */
export const LOWEST = ':lowest';
export const HIGHEST = ':highest';

/**
 * The same in float32, with the lowest and highest values of every channel as further outputs:
 * `<convolution>:input:lowest` and so on, and `:output` likewise, but for the first convolution.
 */
export function onnxRangeModel(network: Network, weights: Weights): Uint8Array {
  const outputs: ValueInfo[] = [];
  const observe = (graph: OnnxGraph, value: Value, name: string): void => {
    for (const [suffix, operator] of [
      [LOWEST, 'ReduceMin'],
      [HIGHEST, 'ReduceMax'],
    ] as const) {
      const output = `${name}${suffix}`;
      graph.node(operator, [value], { axes: [0, 2, 3], keepdims: 0 }, output);
      outputs.push({ name: output, type: 'float32', shape: [output] });
    }
  };
  const observed: ConvolutionLowering = (graph, value, kernel, name) => {
    observe(graph, value, `${name}:input`);
    const output = floatConvolution(graph, value, kernel);
    observe(graph, output, `${name}:output`);
    return output;
  };
  return modelWith(network, weights, observed, outputs);
}

/** `further` outputs are those that `lowering` adds to the graph. */
function modelWith(
  network: Network,
  weights: Weights,
  lowering: ConvolutionLowering,
  further: readonly ValueInfo[],
): Uint8Array {
  const graph = onnxGraph();
  const padded = mirrorPad(graph, network);
  const { first, middle, head, headDoubles } = arrange(network);
  let value = enter(graph, padded, first, weights);
  for (const layer of middle) value = lower(graph, value, layer, weights, lowering);
  value = lowering(graph, value, kernelOf(head, weights, MIDDLE), head.name, false);
  if (headDoubles) value = smoothPhases(graph, value);
  leave(graph, network, value, padded, headDoubles ? 2 : 1);
  const shape = [1, 'height', 'width', 3];
  return graph.model(network.name, { name: ONNX_INPUT, type: 'uint8', shape }, [
    { name: ONNX_OUTPUT, type: 'uint8', shape },
    ...further,
  ]);
}

interface Arrangement {
  readonly first: Convolution;
  readonly middle: readonly Layer[];
  readonly head: Convolution;
  /** Whether depth-to-space and smoothing follow the head. */
  readonly headDoubles: boolean;
}

function arrange({ name, layers }: Network): Arrangement {
  const headDoubles = layers.at(-1)?.kind === 'smooth' && layers.at(-2)?.kind === 'depthToSpace';
  const end = headDoubles ? layers.length - 3 : layers.length - 1;
  const [first, head] = [layers[0], layers[end]];
  if (first?.kind !== 'convolution' || head?.kind !== 'convolution') {
    throw new TypeError(`${name} must begin and end with a convolution.`);
  }
  return { first, middle: layers.slice(1, end), head, headDoubles };
}

/** [1, h, w, 3] -> [1, H, W, 3]: margins mirrored, rounded up to the stride. */
function mirrorPad(graph: OnnxGraph, network: Network): Value {
  const { margin } = network;
  const shape = graph.node('Shape', [ONNX_INPUT]);
  const missing = graph.node('Mod', [
    graph.node('Neg', [shape]),
    graph.int64s([1, stride(network), stride(network), 1]),
  ]);
  const begins = graph.int64s([0, margin, margin, 0]);
  const pads = graph.node('Concat', [begins, graph.node('Add', [missing, begins])], { axis: 0 });
  return graph.node('Pad', [ONNX_INPUT, pads], { mode: 'reflect' });
}

/** uint8 [1, H, W, 3] -> float32 [1, channels, H / stride, W / stride]. */
function enter(graph: OnnxGraph, padded: Value, first: Convolution, weights: Weights): Value {
  const height = graph.node('Slice', [
    graph.node('Shape', [padded]),
    graph.int64s([1]),
    graph.int64s([2]),
  ]);
  const shape = graph.node('Concat', [graph.int64s([1, 1]), height, graph.int64s([-1])], {
    axis: 0,
  });
  const bytes = graph.node('Cast', [graph.node('Reshape', [padded, shape])], { to: FLOAT32 });
  const rows = graph.node('Sub', [bytes, graph.floats([MIDDLE * WHITE], [])]);
  const { name, kernel, stride: step, outputChannels } = first;
  const pad = kernel >> 1;
  return floatConvolution(graph, rows, {
    data: interleave(tensorOf(weights, `${name}/kernel`), 1 / WHITE),
    shape: [outputChannels, 1, kernel, kernel * 3],
    attributes: {
      kernel_shape: [kernel, kernel * 3],
      strides: [step, step * 3],
      pads: [pad, pad * 3, pad, pad * 3],
    },
  });
}

function lower(
  graph: OnnxGraph,
  value: Value,
  layer: Layer,
  weights: Weights,
  lowering: ConvolutionLowering,
): Value {
  switch (layer.kind) {
    case 'convolution':
      return lowering(graph, value, kernelOf(layer, weights), layer.name, true);
    case 'instanceNorm': {
      const gamma = tensorOf(weights, `${layer.name}/gamma`);
      const beta = tensorOf(weights, `${layer.name}/beta`);
      return graph.node(
        'InstanceNormalization',
        [value, graph.floats(gamma.data, gamma.shape), graph.floats(beta.data, beta.shape)],
        { epsilon: { float: NORM_EPSILON } },
      );
    }
    case 'relu':
      return graph.node('Relu', [value]);
    case 'upsample':
      return graph.node('Resize', [value, '', graph.floats([1, 1, 2, 2], [4])], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
    case 'residual': {
      const inner = layer.layers.reduce(
        (x, next) => lower(graph, x, next, weights, lowering),
        value,
      );
      return graph.node('Add', [value, inner]);
    }
    default:
      throw new TypeError(`A ${layer.kind} layer is known only as part of the network's end.`);
  }
}

/** `offset` is added to every output channel by way of the bias. */
function kernelOf(layer: Convolution, weights: Weights, offset = 0): Kernel {
  const { name, kernel, stride: step, bias } = layer;
  const { shape, data } = tensorOf(weights, `${name}/kernel`);
  return {
    data: toOihw(data, shape),
    shape: [shape[3]!, shape[2]!, kernel, kernel],
    ...(bias && { bias: tensorOf(weights, `${name}/bias`).data.map((b) => b + offset) }),
    attributes: convolutionAttributes(kernel, step),
  };
}

function convolutionAttributes(kernel: number, step: number) {
  const pad = kernel >> 1;
  return {
    kernel_shape: [kernel, kernel],
    strides: [step, step],
    pads: [pad, pad, pad, pad],
  };
}

/**
 * Smoothing of the picture that depth-to-space will make, done on the 12 channels it is made of:
 * a 3 x 3 neighbourhood of a full-resolution pixel lies in a 3 x 3 neighbourhood of phases.
 */
function smoothPhases(graph: OnnxGraph, value: Value): Value {
  return floatConvolution(graph, value, {
    data: phaseKernel(),
    shape: [12, 12, 3, 3],
    attributes: convolutionAttributes(3, 1),
  });
}

/** float32 [1, block² * 3, H / block, W / block] in 0..1 -> the output, its margin cropped. */
function leave(
  graph: OnnxGraph,
  { margin }: Network,
  value: Value,
  padded: Value,
  block: number,
): void {
  const scale = graph.floats([1 / WHITE], []);
  const interleaved = graph.node('Transpose', [value], { perm: [0, 2, 3, 1] });
  const quantised = graph.node('QuantizeLinear', [interleaved, scale, graph.byte(0)]);
  const phases = graph.node('Reshape', [quantised, graph.int64s([1, 0, 0, block, block * 3])]);
  const woven = graph.node('Transpose', [phases], { perm: [0, 1, 3, 2, 4] });
  const picture = graph.node('Reshape', [woven, graph.node('Shape', [padded])]);
  const begin = graph.int64s([margin, margin]);
  const extent = graph.node('Slice', [
    graph.node('Shape', [ONNX_INPUT]),
    graph.int64s([1]),
    graph.int64s([3]),
  ]);
  const end = graph.node('Add', [extent, begin]);
  graph.node('Slice', [picture, begin, end, graph.int64s([1, 2])], {}, ONNX_OUTPUT);
}
