/**
 * The network in 8 bits for ONNX Runtime on a processor: what lies between convolutions stays bytes,
 * channel by channel within each pixel, which is how the convolutions compute. `model.ts` says the same in
 * standard operators only; there, the runtime transposes before and after every convolution.
 *
 * What ends the network is two convolutions at a quarter of the resolution, in polyphase form
 * (`phases.ts`): upsampling is part of the first one's kernel, the head and the smoothing are the
 * second one's, and what comes out are the bytes of the painting, four by four pixels at a time.
 */

import type { ActivationRanges, ConvolutionRanges } from '../activation-ranges.ts';
import { type Block, blocksOf, type NormalisedBlock } from '../blocks.ts';
import {
  EQUALISED,
  equalised,
  integerBias,
  rangesOf,
  roundedWeights,
  type Scale,
  scaleOf,
} from '../int8.ts';
import { type Convolution, headDoubles, type Network } from '../network.ts';
import type { Weights } from '../weights.ts';
import { normalisedBytes } from './byte-norm.ts';
import { floatConvolution, type Kernel } from './convolution.ts';
import { arrange, crop, framed, mirrorPad } from './frame.ts';
import { type OnnxGraph, onnxGraph, type Value } from './graph.ts';
import {
  enter,
  instanceNorm,
  kernelOf,
  MIDDLE,
  SEEN,
  smoothPhases,
  upsample,
  weave,
  weaveBytes,
} from './layers.ts';
import { doublingKernel, paintingBias, paintingKernel } from './phases.ts';
import { floatsReading, normalisedReading, planesReading, type Reading } from './readings.ts';
import { dequantised } from './rounding.ts';

interface Drawing {
  readonly graph: OnnxGraph;
  readonly weights: Weights;
  readonly ranges: ActivationRanges;
}

/**
 * ONNX bytes of the network: uint8 [1, height, width, 3] in and out, any size from the margin up.
 * Convolutions without ranges stay in float32. Throws a `TypeError` where there are ranges of another
 * number of channels. To be loaded without the optimisations for QDQ graphs, which this is none of.
 */
export function onnxBytesModel(
  network: Network,
  weights: Weights,
  ranges: ActivationRanges,
): Uint8Array {
  const drawing: Drawing = { graph: onnxGraph(), weights, ranges };
  const { graph } = drawing;
  const { first, middle, head } = arrange(network);
  const [stem, ...blocks] = blocksOf([first, ...middle]);
  if (stem?.kind !== 'normalised') throw new TypeError(`${network.name} must begin with a norm.`);
  const padded = mirrorPad(graph, network);
  const entered = normalisedPlanes(drawing, enter(graph, padded, first, weights), stem);
  const shape = graph.node('Shape', [padded]);
  const last = blocks.at(-1);
  const inPhases = headDoubles(network) && last !== undefined && endInPhases(drawing, last, head);
  const painting = inPhases
    ? weaveBytes(graph, inPhases(lowerAll(drawing, entered, blocks.slice(0, -1))), 4, shape)
    : end(drawing, network, lowerAll(drawing, entered, blocks), head, shape);
  crop(graph, network, painting);
  return framed(graph, network);
}

function lowerAll(drawing: Drawing, reading: Reading, blocks: readonly Block[]): Reading {
  return blocks.reduce((input, block) => lower(drawing, input, block), reading);
}

function lower(drawing: Drawing, reading: Reading, block: Block): Reading {
  const { graph, weights } = drawing;
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
    return normalisedPlanes(drawing, floatConvolution(graph, planes, kernel), block);
  }
  const input = reading.bytes(scaleOf(found.input));
  const bytes = convolved(
    graph,
    isDoubled ? doubled(graph, input) : input,
    scaleOf(found.input),
    equalised(kernel, found),
    scaleOf(EQUALISED),
  );
  return normalisedReading(graph, normalisedBytes(graph, bytes, norm, weights, 1), isRectified);
}

function normalisedPlanes(
  { graph, weights }: Drawing,
  value: Value,
  { norm, isRectified }: NormalisedBlock,
): Reading {
  const normalised = instanceNorm(graph, value, norm, weights);
  return planesReading(graph, isRectified ? graph.node('Relu', [normalised]) : normalised);
}

/**
 * The last block and the head in polyphase form: uint8 [1, H / 4, W / 4, 48]; undefined where they are not
 * both of 3 x 3 pixels, in 8 bits, and after upsampling.
 */
function endInPhases(
  drawing: Drawing,
  block: Block,
  head: Convolution,
): ((reading: Reading) => Value) | undefined {
  const { graph, weights } = drawing;
  if (block.kind !== 'normalised' || !block.isDoubled) return undefined;
  const { convolution, norm, isRectified } = block;
  const [found, foundHead] = [foundFor(drawing, convolution), foundFor(drawing, head)];
  const isSmall = convolution.kernel === 3 && convolution.stride === 1 && head.kernel === 3;
  if (!isSmall || found === undefined || foundHead === undefined) return undefined;
  return (reading) => {
    const scale = scaleOf(found.input);
    const kernel = kernelOf(convolution, weights);
    const phases = { ...kernel, ...doublingKernel(kernel) };
    const bytes = convolved(
      graph,
      reading.bytes(scale),
      scale,
      equalised(phases, found),
      scaleOf(EQUALISED),
    );
    const normalised = normalisedBytes(graph, bytes, norm, weights, 4);
    const headScale = scaleOf(foundHead.input);
    const input = normalisedReading(graph, normalised, isRectified).bytes(headScale);
    return convolved(graph, input, headScale, painting(kernelOf(head, weights)), SEEN);
  };
}

function painting(head: Kernel): Kernel {
  const bias = paintingBias(head.bias ?? new Float32Array(head.shape[0]));
  return { ...head, ...paintingKernel(head), bias: bias.map((value) => value + MIDDLE) };
}

/** Any other head: computed in bytes where it has ranges, smoothed in float32. */
function end(
  drawing: Drawing,
  network: Network,
  reading: Reading,
  head: Convolution,
  shape: Value,
): Value {
  const { graph, weights } = drawing;
  const kernel = kernelOf(head, weights, { offset: MIDDLE });
  const found = foundFor(drawing, head);
  const planes = found
    ? headInBytes(graph, reading, kernel, found).planes()
    : floatConvolution(graph, reading.planes(), kernel);
  if (!headDoubles(network)) return weave(graph, planes, 1, shape);
  return weave(graph, smoothPhases(graph, planes), 2, shape);
}

function headInBytes(
  graph: OnnxGraph,
  reading: Reading,
  kernel: Kernel,
  found: ConvolutionRanges,
): Reading {
  const [input, output] = [scaleOf(found.input), scaleOf(found.output)];
  const bytes = convolved(graph, reading.bytes(input), input, kernel, output);
  return floatsReading(graph, dequantised(graph, bytes, output));
}

function foundFor({ ranges }: Drawing, { name, outputChannels }: Convolution) {
  return rangesOf(ranges, name, outputChannels);
}

/** uint8 [1, h, w, inputs] -> uint8 [1, h / stride, w / stride, outputs]. */
function convolved(
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

/** uint8 [1, h, w, channels] with every pixel twice in both directions. */
function doubled(graph: OnnxGraph, value: Value): Value {
  return graph.node('Resize', [value, '', graph.floats([1, 2, 2, 1], [4])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}
