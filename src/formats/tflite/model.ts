/**
 * Network + weights -> TensorFlow Lite file for pictures of one size, uint8 in and out.
 *
 * With activation ranges all convolutions but the first compute in 8 bits, by the same scales as
 * those of `core/onnx/int8.ts`: int8 activations with one scale per tensor, int8 weights with one per
 * output channel (https://ai.google.dev/edge/litert/models/quantization_spec). The first one
 * follows the picture's contrast and stays in float32, as do instance norm and residual sums.
 */

import type { ActivationRanges, Interval } from '../../network/activation-ranges.ts';
import {
  COLORS,
  type Convolution,
  type InstanceNorm,
  type Layer,
  MIDDLE,
  type Network,
  NORM_EPSILON,
  SMOOTH_KERNEL,
} from '../../network/layers.ts';
import { paddedExtent, smallestSide } from '../../network/measures.ts';
import { noiseRows } from '../../network/noise.ts';
import {
  EQUALISED,
  equalised,
  integerBias,
  rangesOf,
  roundedWeights,
  type Scale,
  scaleOf,
} from '../../network/quantization.ts';
import { tensorOf, type Weights } from '../../network/weights.ts';
import type { Extent } from '../../pictures/picture.ts';
import { interleave } from '../onnx/kernels.ts';
import { type OptionField, type Quantization, tfliteFile } from './file.ts';
import { type Graph, type Shape, tfliteGraph, type Value } from './graph.ts';

export const TFLITE_INPUT = 'image';
export const TFLITE_OUTPUT = 'painting';

const WHITE = 255;
/** From uint8 to int8. */
const SIGNED = 128;

/** Bytes as 0..1. */
const PIXELS: Quantization = { scales: [1 / WHITE], zeros: [0] };

const PADDING = { same: 0, valid: 1 } as const;
const MIRROR = { reflect: 0, symmetric: 1 } as const;

const byte = (slot: number, value: number): OptionField => ({ slot, byte: value });
const integer = (slot: number, value: number): OptionField => ({ slot, integer: value });

/**
 * TensorFlow Lite bytes of the network: uint8 [1, height, width, 3] in and out. Throws a
 * `RangeError` where the picture is smaller than the network's margin.
 */
export function tfliteModel(
  network: Network,
  weights: Weights,
  { width, height }: Extent,
  ranges: ActivationRanges = new Map(),
): Uint8Array {
  const least = smallestSide(network);
  if (Math.min(width, height) < least) {
    throw new RangeError(`Expected at least ${least} pixels a side, got ${width} x ${height}.`);
  }
  const graph = tfliteGraph();
  const image = graph.tensor([1, height, width, COLORS], 'uint8', PIXELS, TFLITE_INPUT);
  const entered = enter(graph, network, image);
  const lowering: Lowering = { graph, weights, ranges };
  const painted = network.layers.reduce((value, layer) => lower(lowering, value, layer), entered);
  const output = leave(graph, network, painted, image.shape);
  return tfliteFile({
    description: network.name,
    tensors: graph.tensors,
    operators: graph.operators,
    input: image.index,
    output: output.index,
  });
}

/** The picture with mirrored margins, rounded up to the stride, and noise of that size, around 0. */
function enter(graph: Graph, network: Network, image: Value): Value {
  const [, height, width] = image.shape;
  const padded = paddedExtent(network, { width, height });
  const { margin, noise } = network;
  const pads = graph.pads(margin, padded.height - height - margin, padded.width - width - margin);
  const picture = graph.operator(
    'mirrorPad',
    [image, pads],
    graph.tensor([1, padded.height, padded.width, COLORS], 'uint8', PIXELS),
    [byte(0, MIRROR.reflect)],
  );
  const seen = noise ? withNoise(graph, picture) : picture;
  const floats = graph.operator('dequantize', [seen], graph.tensor(seen.shape));
  const middle = graph.floats([MIDDLE]);
  return graph.operator('subtract', [floats, middle], graph.tensor(floats.shape));
}

function withNoise(graph: Graph, picture: Value): Value {
  const [batch, height, width, channels] = picture.shape;
  const plane = noiseRows({ begin: 0, end: height }, width);
  const constant = graph.constant('uint8', plane, [batch, height, width, 1], PIXELS);
  const seen = graph.tensor([batch, height, width, channels + 1], 'uint8', PIXELS);
  return graph.operator('concatenation', [picture, constant], seen, [integer(0, 3), byte(1, 0)]);
}

interface Lowering {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly ranges: ActivationRanges;
}

function lower(lowering: Lowering, value: Value, layer: Layer): Value {
  const { graph } = lowering;
  switch (layer.kind) {
    case 'convolution':
      return convolve(lowering, value, layer);
    case 'instanceNorm':
      return normalize(lowering, value, layer);
    case 'relu':
      return graph.operator('relu', [value], graph.tensor(value.shape));
    case 'upsample': {
      const [batch, height, width, channels] = value.shape;
      const size = graph.integers([height * 2, width * 2]);
      const output = graph.tensor([batch, height * 2, width * 2, channels]);
      return graph.operator('resizeNearest', [value, size], output);
    }
    case 'depthToSpace': {
      const [batch, height, width, channels] = value.shape;
      const { block } = layer;
      const shape = [batch, height * block, width * block, channels / block ** 2] as const;
      return graph.operator('depthToSpace', [value], graph.tensor(shape), [integer(0, block)]);
    }
    case 'smooth':
      return smooth(graph, value);
    case 'residual': {
      const inner = layer.layers.reduce((x, next) => lower(lowering, x, next), value);
      return graph.operator('add', [value, inner], graph.tensor(value.shape));
    }
  }
}

function convolve(lowering: Lowering, value: Value, layer: Convolution): Value {
  const { graph, weights, ranges } = lowering;
  const { name, kernel, outputChannels, bias } = layer;
  const found = rangesOf(ranges, name, outputChannels);
  const taps = {
    data: interleave(tensorOf(weights, `${name}/kernel`), 1),
    shape: [outputChannels, kernel, kernel, layer.inputChannels],
  };
  const added = bias ? tensorOf(weights, `${name}/bias`).data : new Float32Array(outputChannels);
  if (found === undefined) {
    const inputs = [graph.floats(taps.data, taps.shape), graph.floats(added, [outputChannels])];
    return place(graph, value, layer, inputs, (shape) => graph.tensor(shape));
  }
  const input = scaleOf(found.input);
  const { rounded, scales } = roundedWeights(bias ? taps : equalised(taps, found));
  const zeros = Array<number>(outputChannels).fill(0);
  const units = scales.map((scale) => scale * input.scale);
  const inputs = [
    graph.constant('int8', rounded, taps.shape, { scales, zeros }),
    graph.constant('int32', integerBias(added, units), [outputChannels], { scales: units, zeros }),
  ];
  const output = signed(scaleOf(bias ? found.output : EQUALISED));
  const bytes = place(graph, quantized(graph, value, found.input), layer, inputs, (shape) =>
    graph.tensor(shape, 'int8', output),
  );
  return graph.operator('dequantize', [bytes], graph.tensor(bytes.shape));
}

/** Zero-padded by half the kernel on every side; with a stride, TensorFlow's "same" is not that. */
function place(
  graph: Graph,
  value: Value,
  { kernel, stride, outputChannels }: Convolution,
  inputs: readonly { readonly index: number }[],
  tensor: (shape: Shape) => Value,
): Value {
  const [batch, height, width] = value.shape;
  const padded = stride === 1 ? value : zeroPadded(graph, value, kernel >> 1);
  return graph.operator(
    'convolution',
    [padded, ...inputs],
    tensor([batch, height / stride, width / stride, outputChannels]),
    [
      byte(0, stride === 1 ? PADDING.same : PADDING.valid),
      integer(1, stride),
      integer(2, stride),
      integer(4, 1),
      integer(5, 1),
    ],
  );
}

/** Of a value's own type and scale. */
function zeroPadded(graph: Graph, value: Value, pad: number): Value {
  const [batch, height, width, channels] = value.shape;
  const { type, quantization } = graph.tensors[value.index]!;
  const shape: Shape = [batch, height + 2 * pad, width + 2 * pad, channels];
  return graph.operator('pad', [value, graph.pads(pad)], graph.tensor(shape, type, quantization));
}

function quantized(graph: Graph, value: Value, range: Interval): Value {
  const output = graph.tensor(value.shape, 'int8', signed(scaleOf(range)));
  return graph.operator('quantize', [value], output);
}

function signed({ scale, zero }: Scale): Quantization {
  return { scales: [scale], zeros: [zero - SIGNED] };
}

/** gamma * (x - mean) / sqrt(variance + epsilon) + beta, over height and width. */
function normalize({ graph, weights }: Lowering, value: Value, { name }: InstanceNorm): Value {
  const channels = value.shape[3];
  const one: Shape = [1, 1, 1, channels];
  const mean = (x: Value) =>
    graph.operator('mean', [x, graph.integers([1, 2])], graph.tensor(one), [byte(0, 1)]);
  const parameter = (suffix: string) =>
    graph.floats(tensorOf(weights, `${name}/${suffix}`).data, [channels]);
  const average = mean(value);
  const squares = graph.operator('squaredDifference', [value, average], graph.tensor(value.shape));
  const stabilised = graph.operator(
    'add',
    [mean(squares), graph.floats([NORM_EPSILON])],
    graph.tensor(one),
  );
  const reciprocal = graph.operator('reciprocalSquareRoot', [stabilised], graph.tensor(one));
  const factor = graph.operator('multiply', [reciprocal, parameter('gamma')], graph.tensor(one));
  const centered = graph.operator('subtract', [value, average], graph.tensor(value.shape));
  const scaled = graph.operator('multiply', [centered, factor], graph.tensor(value.shape));
  return graph.operator('add', [scaled, parameter('beta')], graph.tensor(value.shape));
}

/** Symmetric mirroring by one pixel is edge padding. */
function smooth(graph: Graph, value: Value): Value {
  const [batch, height, width, channels] = value.shape;
  const padded = graph.operator(
    'mirrorPad',
    [value, graph.pads(1)],
    graph.tensor([batch, height + 2, width + 2, channels]),
    [byte(0, MIRROR.symmetric)],
  );
  const kernel = SMOOTH_KERNEL.flatMap((weight) => Array<number>(channels).fill(weight));
  return graph.operator(
    'depthwiseConvolution',
    [
      padded,
      graph.floats(kernel, [1, 3, 3, channels]),
      graph.floats(Array(channels).fill(0), [channels]),
    ],
    graph.tensor(value.shape),
    [
      byte(0, PADDING.valid),
      integer(1, 1),
      integer(2, 1),
      integer(3, 1),
      integer(5, 1),
      integer(6, 1),
    ],
  );
}

/** x -> round(255 * clip(x + 0.5, 0, 1)), its margin cropped. */
function leave(graph: Graph, { margin }: Network, value: Value, shape: Shape): Value {
  const shifted = graph.operator('add', [value, graph.floats([MIDDLE])], graph.tensor(value.shape));
  const bytes = graph.operator('quantize', [shifted], graph.tensor(value.shape, 'uint8', PIXELS));
  const begin = graph.integers([0, margin, margin, 0]);
  return graph.operator(
    'slice',
    [bytes, begin, graph.integers(shape)],
    graph.tensor(shape, 'uint8', PIXELS, TFLITE_OUTPUT),
  );
}
