/**
 * What a predictor sees in a picture, as an ONNX model: a style network's own first layers look at it, and what their
 * channels are like, each for itself and in pairs, is brought to a short code, and that to the numbers that are asked for.
 * Pairs are the correlations of Gatys et al. ("Image Style Transfer Using Convolutional Neural Networks", 2016).
 */

import { NORM_EPSILON } from '../../network/layers.ts';
import { tensorOf, type Weights } from '../../network/weights.ts';
import { FLOAT32, type OnnxGraph, onnxGraph, type Value } from './graph.ts';
import { toOihw } from './kernels.ts';

export const ENCODER_INPUT = 'picture';
export const ENCODER_OUTPUT = 'encoded';

/** Added to deviations, of which even channels have none. */
const LEAST_DEVIATION = 1e-4;

/** Brings covariances of colors to the size of the other features. */
const COVARIANCE_SCALE = 4;

/** Standardized features are held within so many deviations. */
const MOST_DEVIATIONS = 4;

/** Layers of the trunk whose channels are compared in pairs: the first and the last. */
const isCompared = (index: number, count: number) => index <= 2 || index === count - 1;

/** ONNX bytes: uint8 [1, height, width, 3] -> float32 [1, numbers]. */
export function onnxEncoder(encoder: Weights): Uint8Array {
  const graph = onnxGraph();
  const features = standardized(graph, featuresOf(graph, encoder), encoder);
  const { shape, data } = tensorOf(encoder, 'code/kernel');
  const code = graph.node('MatMul', [features, graph.floats(data, shape)]);
  layered(graph, code, encoder);
  return graph.model(
    'encoder',
    [{ name: ENCODER_INPUT, type: 'uint8', shape: [1, 'height', 'width', 3] }],
    [{ name: ENCODER_OUTPUT, type: 'float32', shape: [1, 'numbers'] }],
  );
}

/** Of the colors, then of all layers' channels for themselves, then in pairs; [1, features]. */
function featuresOf(graph: OnnxGraph, encoder: Weights): Value {
  const colors = colorsOf(graph);
  const seen: Moments[] = [];
  const convolved = (value: Value, name: string, stride: 1 | 2): Value => {
    const sums = convolution(graph, value, encoder, name, stride);
    seen.push(momentsOf(graph, sums, tensorOf(encoder, `${name}/gamma`).data.length));
    return normalized(graph, sums, encoder, name);
  };
  const relu = (value: Value) => graph.node('Relu', [value]);
  let value = relu(convolved(relu(convolved(colors, 'stem', 2)), 'down', 2));
  for (let block = 0; encoder.has(`trunk/${block}/conv1/kernel`); block += 1) {
    const inner = relu(convolved(value, `trunk/${block}/conv1`, 1));
    value = graph.node('Add', [value, convolved(inner, `trunk/${block}/conv2`, 1)]);
  }
  const pairs = seen.flatMap((moments, i) =>
    isCompared(i, seen.length) ? [correlations(graph, moments)] : [],
  );
  const own = seen.flatMap((moments) => ownFeatures(graph, moments));
  return graph.node('Concat', [...colorFeatures(graph, colors), ...own, ...pairs], { axis: 1 });
}

/** float32 [1, 3, height, width] around zero. */
function colorsOf(graph: OnnxGraph): Value {
  const floats = graph.node('Cast', [ENCODER_INPUT], { to: FLOAT32 });
  const planes = graph.node('Transpose', [floats], { perm: [0, 3, 1, 2] });
  const scaled = graph.node('Mul', [planes, scalar(graph, 1 / 255)]);
  return graph.node('Sub', [scaled, scalar(graph, 0.5)]);
}

function convolution(
  graph: OnnxGraph,
  value: Value,
  encoder: Weights,
  name: string,
  stride: 1 | 2,
): Value {
  const { shape, data } = tensorOf(encoder, `${name}/kernel`);
  const [size = 1, , inputs = 1, outputs = 1] = shape;
  const half = Math.floor(size / 2);
  const kernel = graph.floats(toOihw(data, shape), [outputs, inputs, size, size]);
  const attributes = { strides: [stride, stride], pads: [half, half, half, half] };
  return graph.node('Conv', [value, kernel], attributes);
}

function normalized(graph: OnnxGraph, value: Value, encoder: Weights, name: string): Value {
  const [gamma, beta] = ['gamma', 'beta'].map((part) => {
    const { shape, data } = tensorOf(encoder, `${name}/${part}`);
    return graph.floats(data, shape);
  }) as [Value, Value];
  return graph.node('InstanceNormalization', [value, gamma, beta], {
    epsilon: { float: NORM_EPSILON },
  });
}

interface Moments {
  /** [1, channels]. */
  readonly mean: Value;
  readonly deviation: Value;
  /** [1, channels, height, width], of mean 0 and deviation 1. */
  readonly standardized: Value;
  readonly channels: number;
}

function momentsOf(graph: OnnxGraph, value: Value, channels: number): Moments {
  const mean = meanOf(graph, value);
  const centered = graph.node('Sub', [value, mean]);
  const variance = meanOf(graph, graph.node('Mul', [centered, centered]));
  const deviation = graph.node('Add', [
    graph.node('Sqrt', [variance]),
    scalar(graph, LEAST_DEVIATION),
  ]);
  const standardized = graph.node('Div', [centered, deviation]);
  return { mean: flat(graph, mean), deviation: flat(graph, deviation), standardized, channels };
}

function meanOf(graph: OnnxGraph, value: Value): Value {
  return graph.node('ReduceMean', [value], { axes: [2, 3], keepdims: 1 });
}

/** [1, channels, …] -> [1, values]. */
function flat(graph: OnnxGraph, value: Value): Value {
  return graph.node('Flatten', [value], { axis: 1 });
}

/** Means and covariances are small: a picture's values lie between -0.5 and 0.5. */
function colorFeatures(graph: OnnxGraph, colors: Value): Value[] {
  const mean = meanOf(graph, colors);
  const centered = graph.node('Sub', [colors, mean]);
  const variance = meanOf(graph, graph.node('Mul', [centered, centered]));
  const covariances = products(graph, centered, 3, { withOwn: true });
  const scaled = graph.node('Mul', [covariances, scalar(graph, COVARIANCE_SCALE)]);
  return [flat(graph, mean), flat(graph, graph.node('Sqrt', [variance])), scaled];
}

/** Logarithms, with the sign of what may be negative. */
function ownFeatures(graph: OnnxGraph, { mean, deviation }: Moments): Value[] {
  const size = graph.node('Add', [graph.node('Abs', [mean]), scalar(graph, 1)]);
  const signed = graph.node('Mul', [graph.node('Sign', [mean]), graph.node('Log', [size])]);
  return [signed, graph.node('Log', [deviation])];
}

function correlations(graph: OnnxGraph, { standardized, channels }: Moments): Value {
  return products(graph, standardized, channels, { withOwn: false });
}

/** The mean products of each channel with those after it, and with itself where that is asked for; [1, pairs]. */
function products(
  graph: OnnxGraph,
  value: Value,
  channels: number,
  { withOwn }: { readonly withOwn: boolean },
): Value {
  const rows = graph.node('Reshape', [value, graph.int64s([channels, -1])]);
  const sums = graph.node('MatMul', [rows, graph.node('Transpose', [rows], { perm: [1, 0] })]);
  const size = graph.node('Cast', [graph.node('Size', [value])], { to: FLOAT32 });
  const means = graph.node('Div', [graph.node('Mul', [sums, scalar(graph, channels)]), size]);
  const pairs = Array.from({ length: channels * channels }, (_, i) => i).filter((i) => {
    const [row, column] = [Math.floor(i / channels), i % channels];
    return withOwn ? column >= row : column > row;
  });
  const all = graph.node('Reshape', [means, graph.int64s([1, -1])]);
  return graph.node('Gather', [all, graph.int64s(pairs)], { axis: 1 });
}

function standardized(graph: OnnxGraph, features: Value, encoder: Weights): Value {
  const [mean, deviation] = ['mean', 'deviation'].map((part) => {
    const { data } = tensorOf(encoder, `features/${part}`);
    return graph.floats(data, [1, data.length]);
  }) as [Value, Value];
  const result = graph.node('Div', [graph.node('Sub', [features, mean]), deviation]);
  const limits = [-MOST_DEVIATIONS, MOST_DEVIATIONS].map((limit) => scalar(graph, limit));
  return graph.node('Clip', [result, ...limits]);
}

/** With rectifiers between the layers; the last one gives the output. */
function layered(graph: OnnxGraph, code: Value, encoder: Weights): void {
  let value = code;
  for (let i = 0; encoder.has(`dense/${i}/kernel`); i += 1) {
    const isLast = !encoder.has(`dense/${i + 1}/kernel`);
    const kernel = tensorOf(encoder, `dense/${i}/kernel`);
    const bias = tensorOf(encoder, `dense/${i}/bias`);
    const product = graph.node('MatMul', [value, graph.floats(kernel.data, kernel.shape)]);
    const sum = [product, graph.floats(bias.data, bias.shape)];
    value = isLast
      ? graph.node('Add', sum, {}, ENCODER_OUTPUT)
      : graph.node('Relu', [graph.node('Add', sum)]);
  }
}

function scalar(graph: OnnxGraph, value: number): Value {
  return graph.floats([value], []);
}
