/**
 * The network in 8 bits for ONNX Runtime on a processor: what lies between convolutions stays bytes,
 * channel by channel within each pixel, which is how the convolutions compute. `model.ts` says the same in
 * standard operators only; there, the runtime transposes before and after every convolution.
 */

import type { ActivationRanges } from '../../network/activation-ranges.ts';
import { type Block, blocksOf, type NormalizedBlock } from '../../network/blocks.ts';
import { type Convolution, headForm, MIDDLE, type Network } from '../../network/layers.ts';
import { type NetworkInstance, polyphase } from '../../network/polyphase.ts';
import { EQUALISED, equalised, rangesOf, SEEN, scaleOf } from '../../network/quantization.ts';
import type { Weights } from '../../network/weights.ts';
import { floatsReading, normalizedReading, planesReading, type Reading } from './activations.ts';
import { normalizedBytes } from './byte-norm.ts';
import { bytesConvolution } from './bytes-convolution.ts';
import { floatConvolution } from './convolution.ts';
import { arrange, crop, framed, mirrorPad } from './ends.ts';
import { type OnnxGraph, onnxGraph, type Value } from './graph.ts';
import {
  enter,
  instanceNorm,
  kernelOf,
  smoothPhases,
  upsample,
  upsamplePixels,
  weave,
  weaveBytes,
} from './layers.ts';
import { type PictureFlow, pictureFlow, type StatisticsKind } from './statistics.ts';

interface Drawing extends NetworkInstance {
  readonly graph: OnnxGraph;
  readonly ranges: ActivationRanges;
  readonly flow: PictureFlow | undefined;
}

/**
 * ONNX bytes of the network: uint8 [1, height, width, 3] in and out, any size from the margin up.
 * Convolutions without ranges stay in float32. Throws a `TypeError` where there are ranges of another
 * number of channels. It is not a QDQ graph, so it must be loaded without the optimizations for those.
 * `statistics` go in or out where it is said; they are of bytes, and mean nothing to {@link onnxModel}.
 */
export function onnxBytesModel(
  network: Network,
  weights: Weights,
  ranges: ActivationRanges,
  statistics?: StatisticsKind,
): Uint8Array {
  const instance = polyphase({ network, weights, ranges });
  const graph = onnxGraph();
  const flow = statistics && pictureFlow(graph, statistics);
  const drawing: Drawing = { ...instance, graph, flow };
  const { first, middle, head } = arrange(instance.network);
  const [stem, ...blocks] = blocksOf([first, ...middle]);
  if (stem?.kind !== 'normalized') throw new TypeError(`${network.name} must begin with a norm.`);
  const seen = mirrorPad(graph, network, flow?.noiseBegin);
  const entered = normalizedPlanes(drawing, enter(graph, seen, first, instance.weights), stem);
  const shape = graph.node('Shape', [seen.picture]);
  crop(graph, network, paint(drawing, lowerAll(drawing, entered, blocks), head, shape));
  return framed(graph, network, flow?.ends());
}

function lowerAll(drawing: Drawing, reading: Reading, blocks: readonly Block[]): Reading {
  return blocks.reduce((input, block) => lower(drawing, input, block), reading);
}

function lower(drawing: Drawing, reading: Reading, block: Block): Reading {
  const { graph, weights, flow } = drawing;
  if (block.kind === 'residual') {
    const skip = reading.floats();
    const inner = lowerAll(drawing, floatsReading(graph, skip), block.blocks);
    return floatsReading(graph, graph.node('Add', [inner.floats(), skip]));
  }
  const { convolution, norm, isRectified, isDoubled } = block;
  const kernel = kernelOf(convolution, weights);
  const found = foundFor(drawing, convolution);
  if (found === undefined) {
    const planes = isDoubled ? upsample(graph, reading.planes()) : reading.planes();
    return normalizedPlanes(drawing, floatConvolution(graph, planes, kernel), block);
  }
  const input = reading.bytes(scaleOf(found.input));
  const bytes = bytesConvolution(
    graph,
    isDoubled ? upsamplePixels(graph, input) : input,
    scaleOf(found.input),
    equalised(kernel, found),
    scaleOf(EQUALISED),
  );
  return normalizedReading(graph, normalizedBytes(graph, bytes, norm, weights, flow), isRectified);
}

function normalizedPlanes(
  { graph, weights, flow }: Drawing,
  value: Value,
  { norm, isRectified }: NormalizedBlock,
): Reading {
  const normalized = instanceNorm(graph, value, norm, weights, flow);
  return planesReading(graph, isRectified ? graph.node('Relu', [normalized]) : normalized);
}

/** uint8 of the shape that `shape` holds. */
function paint(drawing: Drawing, reading: Reading, head: Convolution, shape: Value): Value {
  const { graph, weights, network } = drawing;
  const { block, isSmoothed } = headForm(network);
  const kernel = kernelOf(head, weights, { offset: MIDDLE });
  const found = foundFor(drawing, head);
  if (found && !isSmoothed) {
    const scale = scaleOf(found.input);
    const bytes = bytesConvolution(graph, reading.bytes(scale), scale, kernel, scaleOf(SEEN));
    return weaveBytes(graph, bytes, block, shape);
  }
  const planes = floatConvolution(graph, reading.planes(), kernel);
  return weave(graph, isSmoothed ? smoothPhases(graph, planes) : planes, block, shape);
}

function foundFor({ ranges }: Drawing, { name, outputChannels }: Convolution) {
  return rangesOf(ranges, name, outputChannels);
}
