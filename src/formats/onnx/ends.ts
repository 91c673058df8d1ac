/** How a picture enters the network and a painting leaves it: names, margins, and which layers are the ends. */

import type { Convolution, Layer, Network } from '../../network/layers.ts';
import { stride } from '../../network/measures.ts';
import type { OnnxGraph, Value, ValueInfo } from './graph.ts';
import { noisePlane } from './noise.ts';

export const ONNX_INPUT = 'image';
export const ONNX_OUTPUT = 'painting';

export interface Arrangement {
  readonly first: Convolution;
  readonly middle: readonly Layer[];
  readonly head: Convolution;
}

/** Without what follows the head. Throws a `TypeError` for a network without convolutions at its ends. */
export function arrange(network: Network): Arrangement {
  const { name, layers } = network;
  const end = layers.findLastIndex(({ kind }) => kind === 'convolution');
  const [first, head] = [layers[0], layers[end]];
  if (first?.kind !== 'convolution' || head?.kind !== 'convolution') {
    throw new TypeError(`${name} must begin and end with a convolution.`);
  }
  return { first, middle: layers.slice(1, end), head };
}

/** What the first layer sees: the picture with mirrored margins, rounded up to the stride, and noise of that size. */
export interface Seen {
  /** uint8 [1, H, W, 3]. */
  readonly picture: Value;
  /** uint8 [1, H, W, 1]; undefined where the network sees none. */
  readonly noise: Value | undefined;
}

/** Of the picture [1, h, w, 3]; `noiseBegin` as {@link noisePlane} has it. */
export function mirrorPad(graph: OnnxGraph, network: Network, noiseBegin?: Value): Seen {
  const { margin } = network;
  const shape = graph.node('Shape', [ONNX_INPUT]);
  const missing = graph.node('Mod', [
    graph.node('Neg', [shape]),
    graph.int64s([1, stride(network), stride(network), 1]),
  ]);
  const begins = graph.int64s([0, margin, margin, 0]);
  const pads = graph.node('Concat', [begins, graph.node('Add', [missing, begins])], { axis: 0 });
  const picture = graph.node('Pad', [ONNX_INPUT, pads], { mode: 'reflect' });
  return {
    picture,
    noise: network.noise ? noisePlane(graph, extentOf(graph, picture), noiseBegin) : undefined,
  };
}

/** int64 [2]: height and width of a picture [1, h, w, channels]. */
function extentOf(graph: OnnxGraph, picture: Value): Value {
  return graph.node('Slice', [
    graph.node('Shape', [picture]),
    graph.int64s([1]),
    graph.int64s([3]),
  ]);
}

/** [1, H, W, 3] -> the painting [1, h, w, 3]: its margins cropped. */
export function crop(graph: OnnxGraph, { margin }: Network, value: Value): void {
  const begin = graph.int64s([margin, margin]);
  const end = graph.node('Add', [extentOf(graph, ONNX_INPUT), begin]);
  graph.node('Slice', [value, begin, end, graph.int64s([1, 2])], {}, ONNX_OUTPUT);
}

/** What goes into a graph and comes out of it, beside the picture and the painting. */
export interface Further {
  readonly inputs?: readonly ValueInfo[];
  readonly outputs?: readonly ValueInfo[];
}

/** The finished model. */
export function framed(
  graph: OnnxGraph,
  { name }: Network,
  { inputs = [], outputs = [] }: Further = {},
): Uint8Array {
  const shape = [1, 'height', 'width', 3];
  return graph.model(
    name,
    [{ name: ONNX_INPUT, type: 'uint8', shape }, ...inputs],
    [{ name: ONNX_OUTPUT, type: 'uint8', shape }, ...outputs],
  );
}
