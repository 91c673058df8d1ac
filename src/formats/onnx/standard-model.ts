/**
 * Network + weights -> ONNX model, arranged for speed on a CPU.
 *
 * Input and output are uint8 NHWC, so pixels pass between the image library and the runtime
 * without a loop in JavaScript. Rewrites keep the picture-sized work around the network small; each
 * gives the same numbers as the plain layers:
 *
 * - The first convolution reads interleaved pixels: a k x k kernel over three channels is a
 *   k x 3k kernel over one channel of three times the width, so no transposition is needed.
 * - The network's end is in polyphase form (`polyphase.ts`).
 * - Clipping, scaling to 0..255, rounding and casting are one `QuantizeLinear`; the `+ 0.5` before
 *   it rides on the head's bias.
 *
 * With activation ranges all convolutions but the first compute in 8 bits. The first one's output
 * follows the picture's contrast, that of the others follows instance norm. All operators are of the
 * standard; `bytes-model.ts` is faster where ONNX Runtime computes on a processor.
 */

import type { ActivationRanges } from '../../network/activation-ranges.ts';
import { headForm, type Layer, MIDDLE, type Network } from '../../network/layers.ts';
import { type NetworkInstance, polyphase } from '../../network/polyphase.ts';
import type { Weights } from '../../network/weights.ts';
import { type ConvolutionLowering, floatConvolution } from './convolution.ts';
import { arrange, crop, framed, mirrorPad } from './ends.ts';
import { type OnnxGraph, onnxGraph, type Value, type ValueInfo } from './graph.ts';
import { enter, instanceNorm, kernelOf, smoothPhases, upsample, weave } from './layers.ts';
import { int8Convolutions } from './quantized-convolution.ts';
import { type PictureFlow, pictureFlow, type StatisticsKind } from './statistics.ts';

/**
 * ONNX bytes of the network: uint8 [1, height, width, 3] in and out, any size from the margin up.
 * In 8 bits where activation ranges are given. `statistics` go in or out where it is said.
 */
export function onnxModel(
  network: Network,
  weights: Weights,
  ranges?: ActivationRanges,
  statistics?: StatisticsKind,
): Uint8Array {
  const instance = polyphase({ network, weights, ranges });
  const lowering = instance.ranges ? int8Convolutions(instance.ranges) : floatConvolution;
  const graph = onnxGraph();
  const flow = statistics && pictureFlow(graph, statistics);
  draw({ ...instance, graph, lowering, flow });
  return framed(graph, instance.network, flow?.ends());
}

/** Suffixes of the outputs of {@link onnxRangeModel}. */
export const LOWEST = ':lowest';
export const HIGHEST = ':highest';

/**
 * The same in float32, layer by layer as trained, with the lowest and highest values of every channel
 * as further outputs: `<convolution>:input:lowest` and so on, and `:output` likewise, but for the first
 * convolution.
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
  const observed: ConvolutionLowering = (graph, value, kernel, { name }) => {
    observe(graph, value, `${name}:input`);
    const output = floatConvolution(graph, value, kernel);
    observe(graph, output, `${name}:output`);
    return output;
  };
  const graph = onnxGraph();
  draw({ network, weights, graph, lowering: observed, flow: undefined });
  return framed(graph, network, { outputs });
}

interface Drawing extends NetworkInstance {
  readonly graph: OnnxGraph;
  readonly lowering: ConvolutionLowering;
  readonly flow: PictureFlow | undefined;
}

/** From the picture to the painting. */
function draw(drawing: Drawing): void {
  const { network, weights, graph, lowering, flow } = drawing;
  const seen = mirrorPad(graph, network, flow?.noiseBegin);
  const { first, middle, head } = arrange(network);
  const { block, isSmoothed } = headForm(network);
  const entered = enter(graph, seen, first, weights);
  const value = middle.reduce((x, layer) => lower(drawing, x, layer), entered);
  const painted = lowering(graph, value, kernelOf(head, weights, { offset: MIDDLE }), {
    name: head.name,
    normalized: false,
  });
  const smoothed = isSmoothed ? smoothPhases(graph, painted) : painted;
  crop(graph, network, weave(graph, smoothed, block, graph.node('Shape', [seen.picture])));
}

function lower(drawing: Drawing, value: Value, layer: Layer): Value {
  const { graph, weights, lowering, flow } = drawing;
  switch (layer.kind) {
    case 'convolution':
      return lowering(graph, value, kernelOf(layer, weights), {
        name: layer.name,
        normalized: true,
      });
    case 'instanceNorm':
      return instanceNorm(graph, value, layer, weights, flow);
    case 'relu':
      return graph.node('Relu', [value]);
    case 'upsample':
      return upsample(graph, value);
    case 'residual': {
      const inner = layer.layers.reduce((x, next) => lower(drawing, x, next), value);
      return graph.node('Add', [value, inner]);
    }
    default:
      throw new TypeError(`A ${layer.kind} layer is known only as part of the network's end.`);
  }
}
