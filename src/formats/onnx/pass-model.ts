/**
 * One pass of a network over one strip, as an ONNX model: for strips of any height of pictures of any width. What
 * it reads of other passes, rows of activations and statistics, are inputs.
 *
 * Activations have their channels last, so that rows of them are one piece of memory. As in `bytes-model.ts`,
 * what lies between convolutions in 8 bits are bytes.
 */

import { type Convolution, type InstanceNorm, MIDDLE } from '../../network/layers.ts';
import type { Pass, Step } from '../../network/passes.ts';
import type { NetworkInstance } from '../../network/polyphase.ts';
import { EQUALISED, equalised, rangesOf, SEEN, scaleOf } from '../../network/quantization.ts';
import { floatsReading, normalizedReading, planesReading, type Reading } from './activations.ts';
import { byteMoments, normalizedBytes } from './byte-norm.ts';
import { bytesConvolution } from './bytes-convolution.ts';
import { floatConvolution } from './convolution.ts';
import {
  FLOAT16,
  FLOAT32,
  type OnnxGraph,
  onnxGraph,
  type Value,
  type ValueInfo,
} from './graph.ts';
import { enterPixels, instanceNorm, kernelOf, planeMoments, wovenBlocks } from './layers.ts';
import { channelsFirst, channelsLast } from './layout.ts';
import { quantized } from './rounding.ts';
import { ONNX_STATISTICS, type StatisticsFlow, statisticsFlow } from './statistics.ts';

/** Names of what goes in and comes out; each pass has some of them. */
export const STRIP = {
  /** uint8 [1, rows, width, channels]: the picture with its margins, each pixel with its noise where there is some. */
  picture: 'picture',
  /** [1, rows, width, channels]: what an earlier pass kept; bytes where it computed in bytes, else float32. */
  kept: 'kept',
  /** The same of the skip connection: float16 where the network computes in 8 bits, else float32. */
  skip: 'skip',
  /** int64 [2 * convolutions]: rows of zeros that each convolution of the pass sees above and below. */
  edges: 'edges',
  /** float32 [2, channels]: of all norms that the pass applies, means and variances. */
  statistics: ONNX_STATISTICS,
  /** float32 [2, channels]: means and variances of what goes into the norm after the pass, in this strip. */
  found: 'found',
  keptNow: 'kept-now',
  /** Of all rows that went in. */
  skipNow: 'skip-now',
  /** uint8 [1, rows, block, width, block * 3], which is rows of the painting with its margins. */
  painting: 'painting',
} as const;

interface Drawing {
  readonly instance: NetworkInstance;
  readonly pass: Pass;
  readonly graph: OnnxGraph;
  readonly inputs: ValueInfo[];
  readonly outputs: ValueInfo[];
  readonly flow: StatisticsFlow;
}

/** What a convolution gave: bytes [1, h, w, channels], or floats [1, channels, h, w]. */
type Convolved =
  | { readonly kind: 'bytes'; readonly bytes: Value }
  | { readonly kind: 'planes'; readonly planes: Value };

/** ONNX bytes. `instance` is in polyphase form, and `pass` one of its passes. */
export function passModel(instance: NetworkInstance, pass: Pass): Uint8Array {
  const graph = onnxGraph();
  const flow = statisticsFlow(graph, 'given');
  const drawing: Drawing = { instance, pass, graph, inputs: [], outputs: [], flow };
  drawing.inputs.push({ name: STRIP.edges, type: 'int64', shape: ['edges'] });
  const last = walk(drawing);
  if (pass.norm === undefined) {
    paint(drawing, last);
  } else {
    describe(drawing, pass.norm, last);
    if (pass.keepsOutput) keepOutput(drawing, last);
  }
  if (pass.steps.some(({ kind }) => kind === 'instanceNorm')) {
    drawing.inputs.push(...flow.ends().inputs);
  }
  return graph.model(`${instance.network.name}/pass`, drawing.inputs, drawing.outputs);
}

/** Through all steps of the pass, to what its last convolution gives. */
function walk(drawing: Drawing): Convolved {
  const { graph, pass } = drawing;
  let convolved = pass.from && keptInput(drawing, pass.from);
  let reading: Reading | undefined;
  let convolutions = 0;
  pass.steps.forEach((step, index) => {
    switch (step.kind) {
      case 'instanceNorm':
        reading = normalized(drawing, convolved, step, pass.steps[index + 1]?.kind === 'relu');
        break;
      case 'relu':
        // Part of the norm before it.
        break;
      case 'keep':
        reading = floatsReading(graph, keepSkip(drawing, floatsOf(reading)));
        break;
      case 'addKept':
        reading = floatsReading(graph, graph.node('Add', [floatsOf(reading), skipInput(drawing)]));
        break;
      case 'convolution':
        convolved = convolve(drawing, reading, step, convolutions);
        convolutions += 1;
    }
  });
  if (convolved === undefined) throw new TypeError('Expected a pass with a convolution.');
  return convolved;
}

function floatsOf(reading: Reading | undefined): Value {
  if (reading === undefined) throw new TypeError('Expected a norm before a skip connection.');
  return reading.floats();
}

function normalized(
  { graph, instance: { weights }, flow }: Drawing,
  convolved: Convolved | undefined,
  norm: InstanceNorm,
  isRectified: boolean,
): Reading {
  if (convolved === undefined) throw new TypeError(`Expected a convolution before ${norm.name}.`);
  if (convolved.kind === 'bytes') {
    const { bytes } = convolved;
    return normalizedReading(
      graph,
      normalizedBytes(graph, bytes, norm, weights, flow),
      isRectified,
    );
  }
  const planes = instanceNorm(graph, convolved.planes, norm, weights, flow);
  return planesReading(graph, isRectified ? graph.node('Relu', [planes]) : planes);
}

/** `place` of the convolution among those of the pass. */
function convolve(
  drawing: Drawing,
  reading: Reading | undefined,
  step: Convolution,
  place: number,
): Convolved {
  const { graph, pass, instance } = drawing;
  const { weights } = instance;
  const edges = edgesInput(graph, place);
  const inPlanes = (planes: Value) => padRows(graph, planes, edges, 'planes', 0);
  if (reading === undefined) {
    const seen: [number, number] = [0, step.inputChannels];
    const pixels = pictureInput(drawing, step.inputChannels);
    return { kind: 'planes', planes: enterPixels(graph, pixels, seen, step, weights, inPlanes) };
  }
  const isHead = pass.norm === undefined && step === pass.steps.findLast(isConvolution);
  const kernel = kernelOf(step, weights, { offset: isHead ? MIDDLE : 0, isPadded: false });
  const found = rangesOf(instance.ranges ?? new Map(), step.name, step.outputChannels);
  if (found === undefined) {
    return { kind: 'planes', planes: floatConvolution(graph, inPlanes(reading.planes()), kernel) };
  }
  const scale = scaleOf(found.input);
  const input = padRows(graph, reading.bytes(scale), edges, 'bytes', scale.zero);
  const bytes = isHead
    ? bytesConvolution(graph, input, scale, kernel, scaleOf(SEEN))
    : bytesConvolution(graph, input, scale, equalised(kernel, found), scaleOf(EQUALISED));
  return { kind: 'bytes', bytes };
}

function isConvolution({ kind }: Step): boolean {
  return kind === 'convolution';
}

interface RowEdges {
  /** int64 [1]. */
  readonly top: Value;
  readonly bottom: Value;
}

function edgesInput(graph: OnnxGraph, place: number): RowEdges {
  const at = (index: number) =>
    graph.node('Slice', [STRIP.edges, graph.int64s([index]), graph.int64s([index + 1])]);
  return { top: at(2 * place), bottom: at(2 * place + 1) };
}

/** Rows of what means zero, above and below. */
function padRows(
  graph: OnnxGraph,
  value: Value,
  { top, bottom }: RowEdges,
  layout: Convolved['kind'],
  zero: number,
): Value {
  const before = graph.int64s(layout === 'bytes' ? [0] : [0, 0]);
  const after = graph.int64s(layout === 'bytes' ? [0, 0] : [0]);
  const pads = graph.node('Concat', [before, top, after, before, bottom, after], { axis: 0 });
  const fill = layout === 'bytes' ? graph.byte(zero) : graph.floats([zero], []);
  return graph.node('Pad', [value, pads, fill]);
}

function pictureInput({ inputs }: Drawing, channels: number): Value {
  inputs.push({ name: STRIP.picture, type: 'uint8', shape: [1, 'rows', 'width', channels] });
  return STRIP.picture;
}

function keptInput({ graph, inputs, instance }: Drawing, norm: InstanceNorm): Convolved {
  const isBytes = instance.ranges?.has(norm.name) ?? false;
  const type = isBytes ? 'uint8' : 'float32';
  inputs.push({ name: STRIP.kept, type, shape: activations(norm) });
  return isBytes
    ? { kind: 'bytes', bytes: STRIP.kept }
    : { kind: 'planes', planes: channelsFirst(graph, STRIP.kept) };
}

function keepOutput({ graph, outputs, pass }: Drawing, convolved: Convolved): void {
  const isBytes = convolved.kind === 'bytes';
  if (isBytes) graph.node('Identity', [convolved.bytes], {}, STRIP.keptNow);
  else channelsLast(graph, convolved.planes, STRIP.keptNow);
  const type = isBytes ? 'uint8' : 'float32';
  outputs.push({ name: STRIP.keptNow, type, shape: activations(pass.norm) });
}

/** float32 [1, rows, width, channels]. */
function skipInput({ graph, inputs, instance, pass }: Drawing): Value {
  const type = skipType(instance);
  inputs.push({ name: STRIP.skip, type, shape: activations(pass.from) });
  return type === 'float16' ? graph.node('Cast', [STRIP.skip], { to: FLOAT32 }) : STRIP.skip;
}

/** Gives back what it keeps. */
function keepSkip({ graph, outputs, instance, pass }: Drawing, floats: Value): Value {
  const type = skipType(instance);
  if (type === 'float16') graph.node('Cast', [floats], { to: FLOAT16 }, STRIP.skipNow);
  else graph.node('Identity', [floats], {}, STRIP.skipNow);
  outputs.push({ name: STRIP.skipNow, type, shape: activations(pass.from) });
  return floats;
}

function skipType({ ranges }: NetworkInstance): 'float16' | 'float32' {
  return ranges ? 'float16' : 'float32';
}

function activations(norm: InstanceNorm | undefined): (string | number)[] {
  return [1, 'rows', 'width', norm ? norm.channels * norm.phases : 'channels'];
}

function describe({ graph, outputs }: Drawing, { channels }: InstanceNorm, found: Convolved): void {
  const { mean, variance } =
    found.kind === 'bytes'
      ? byteMoments(graph, found.bytes, channels)
      : planeMoments(graph, graph.node('Reshape', [found.planes, graph.int64s([channels, 1, -1])]));
  const rows = [mean, variance].map((vector) =>
    graph.node('Reshape', [vector, graph.int64s([1, channels])]),
  );
  graph.node('Concat', rows, { axis: 0 }, STRIP.found);
  outputs.push({ name: STRIP.found, type: 'float32', shape: [2, channels] });
}

function paint({ graph, outputs, pass }: Drawing, painted: Convolved): void {
  const bytes =
    painted.kind === 'bytes'
      ? painted.bytes
      : quantized(graph, channelsLast(graph, painted.planes), scaleOf(SEEN));
  const block = pass.scaleOut;
  wovenBlocks(graph, bytes, block, STRIP.painting);
  const shape = [1, 'painted-rows', block, 'painted-width', block * 3];
  outputs.push({ name: STRIP.painting, type: 'uint8', shape });
}
