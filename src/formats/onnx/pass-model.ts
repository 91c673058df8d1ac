/** One pass of a network over one strip, as an ONNX model. */

import type { ActivationRanges } from '../../network/activation-ranges.ts';
import type { Convolution, InstanceNorm, Network } from '../../network/layers.ts';
import { paddedExtent } from '../../network/measures.ts';
import type { NormStatistics } from '../../network/norm-statistics.ts';
import {
  convolvedRows,
  type Demand,
  type Edges,
  type Pass,
  type Step,
} from '../../network/passes.ts';
import type { Weights } from '../../network/weights.ts';
import type { Extent, Rows } from '../../pictures/picture.ts';
import { type ConvolutionLowering, floatConvolution } from './convolution.ts';
import type { Seen } from './ends.ts';
import { type OnnxGraph, onnxGraph, type Value, type ValueInfo } from './graph.ts';
import { enter, kernelOf, knownNorm, MIDDLE, sliceRows, weave } from './layers.ts';
import { fromEqualisedBytes, int8Convolutions } from './quantized-convolution.ts';

/** Names of what goes in and comes out; each pass has some of them. */
export const STRIP = {
  /** uint8 [1, rows, width, 3]: the picture, mirrored where it is continued above and below. */
  picture: 'picture',
  /** uint8 [1, rows, width, 1]: the noise of the same rows. */
  noise: 'noise',
  /** [1, channels, rows, width]: what an earlier pass kept; bytes where it computed in bytes. */
  kept: 'kept',
  /** float32: the same of the skip connection. */
  skip: 'skip',
  keptNow: 'kept-now',
  skipNow: 'skip-now',
  /** float32 [channels, 1, rows, 1]: sum of each row of what goes into the norm, over its phases. */
  sums: 'sums',
  /** The same of its squares. */
  squares: 'squares',
  /** uint8 [1, rows, width, 3]. */
  painting: 'painting',
} as const;

export interface StripNetwork {
  readonly network: Network;
  readonly weights: Weights;
  /** In 8 bits where given. */
  readonly ranges: ActivationRanges | undefined;
  /** Of the picture. */
  readonly extent: Extent;
}

/** Rows of a value [1, channels, rows, width]. */
interface Band {
  readonly value: Value;
  readonly rows: Rows;
}

interface Drawing {
  readonly strips: StripNetwork;
  readonly pass: Pass;
  readonly graph: OnnxGraph;
  readonly inputs: StripTensor[];
  readonly outputs: ValueInfo[];
  readonly lowering: ConvolutionLowering;
  readonly statisticsOf: (norm: InstanceNorm) => NormStatistics;
}

export interface StripModel {
  /** ONNX. */
  readonly bytes: Uint8Array;
  /** Of these sizes always, so that room can be made once for many strips. */
  readonly inputs: readonly StripTensor[];
}

export interface StripTensor {
  readonly name: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly number[];
}

/** `statisticsOf` gives what earlier passes have found. */
export function stripModel(
  strips: StripNetwork,
  pass: Pass,
  demand: Demand,
  statisticsOf: (norm: InstanceNorm) => NormStatistics,
): StripModel {
  const drawing: Drawing = {
    strips,
    pass,
    graph: onnxGraph(),
    inputs: [],
    outputs: [],
    lowering: strips.ranges ? int8Convolutions(strips.ranges) : floatConvolution,
    statisticsOf,
  };
  const { graph, inputs, outputs } = drawing;
  const { band, skip } = walk(drawing, demand);
  if (pass.norm) describe(drawing, pass.norm, band);
  else paint(drawing, band);
  if (pass.keepsOutput) keepOutput(drawing, band);
  if (pass.keepsSkip && skip) {
    const value = sliceRows(graph, skip.value, skip.rows, demand.output);
    graph.node('Identity', [value], {}, STRIP.skipNow);
    declare(drawing, STRIP.skipNow, 'float32');
  }
  return { bytes: graph.model(`${strips.network.name}/strip`, inputs, outputs), inputs };
}

/** Through all steps of the pass. */
function walk(drawing: Drawing, demand: Demand): { band: Band; skip: Band | undefined } {
  const { graph } = drawing;
  let band = start(drawing, demand.inputs[0]!);
  let skip = demand.skip && keptSkip(drawing, demand.skip);
  drawing.pass.steps.forEach((step, index) => {
    const rows = demand.inputs[index]!;
    const input = sliceRows(graph, band.value, band.rows, rows);
    const edges = demand.padding[index]!;
    switch (step.kind) {
      case 'keep':
        skip = { value: input, rows };
        band = skip;
        break;
      case 'addKept': {
        if (skip === undefined) throw new TypeError('Expected a skip connection to add.');
        const added = sliceRows(graph, skip.value, skip.rows, rows);
        band = { value: graph.node('Add', [input, added]), rows };
        break;
      }
      case 'convolution':
        band = {
          value: convolve(drawing, input, step, edges),
          rows: convolvedRows(step, rows, edges),
        };
        break;
      default:
        band = { value: pointwise(drawing, input, step), rows };
    }
  });
  const value = sliceRows(graph, band.value, band.rows, demand.output);
  return { band: { value, rows: demand.output }, skip };
}

function start({ graph, inputs, strips, pass }: Drawing, rows: Rows): Band {
  const count = rows.end - rows.begin;
  const { network, extent, ranges } = strips;
  if (pass.from === undefined) {
    const bytes = (name: string, channels: number): StripTensor => ({
      name,
      type: 'uint8',
      shape: [1, count, extent.width, channels],
    });
    inputs.push(bytes(STRIP.picture, 3), ...(network.noise ? [bytes(STRIP.noise, 1)] : []));
    return { value: STRIP.picture, rows };
  }
  const isBytes = ranges?.has(pass.from.name) ?? false;
  const type = isBytes ? 'uint8' : 'float32';
  inputs.push({ name: STRIP.kept, type, shape: keptShape(strips, pass, count) });
  return { value: isBytes ? fromEqualisedBytes(graph, STRIP.kept) : STRIP.kept, rows };
}

function keptSkip({ inputs, strips, pass }: Drawing, rows: Rows): Band {
  const shape = keptShape(strips, pass, rows.end - rows.begin);
  inputs.push({ name: STRIP.skip, type: 'float32', shape });
  return { value: STRIP.skip, rows };
}

function keptShape({ network, extent }: StripNetwork, { scaleIn, from }: Pass, rows: number) {
  return [1, from?.channels ?? 3, rows, paddedExtent(network, extent).width / scaleIn];
}

function convolve(drawing: Drawing, input: Value, step: Convolution, edges: Edges): Value {
  const { graph, lowering, pass, strips } = drawing;
  const isFirst = pass.from === undefined && step === pass.steps[0];
  if (isFirst) return enter(graph, mirrorSides(graph, strips), step, strips.weights, edges);
  const isLast = step === pass.steps.findLast(isConvolution);
  const normalized = pass.norm !== undefined || !isLast;
  const kernel = kernelOf(step, strips.weights, { offset: normalized ? 0 : MIDDLE, edges });
  return lowering(graph, input, kernel, {
    name: step.name,
    normalized,
    ...(isLast && keepsBytes(drawing) && { bytes: STRIP.keptNow }),
  });
}

/** Whether what the pass keeps was computed in bytes: those, then. */
function keepsBytes({ pass, strips }: Drawing): boolean {
  const { norm, keepsOutput } = pass;
  return keepsOutput && norm !== undefined && (strips.ranges?.has(norm.name) ?? false);
}

function isConvolution(step: Step): boolean {
  return step.kind === 'convolution';
}

function pointwise(
  { graph, strips, statisticsOf }: Drawing,
  input: Value,
  step: Extract<Step, { readonly kind: 'instanceNorm' | 'relu' }>,
): Value {
  return step.kind === 'relu'
    ? graph.node('Relu', [input])
    : knownNorm(graph, input, step, strips.weights, statisticsOf(step));
}

/** Picture and noise of the strip with their margins to the left and right. */
function mirrorSides(graph: OnnxGraph, { network, extent: { width } }: StripNetwork): Seen {
  const { margin, noise } = network;
  const right = paddedExtent(network, { width, height: 1 }).width - width - margin;
  const pads = graph.int64s([0, 0, margin, 0, 0, 0, right, 0]);
  const padded = (value: Value) => graph.node('Pad', [value, pads], { mode: 'reflect' });
  return { picture: padded(STRIP.picture), noise: noise ? padded(STRIP.noise) : undefined };
}

function describe(drawing: Drawing, { channels, phases }: InstanceNorm, { value }: Band): void {
  const { graph } = drawing;
  const rows = graph.node('Reshape', [value, graph.int64s([channels, phases, 0, -1])]);
  const axes = [1, 3];
  graph.node('ReduceSum', [rows, graph.int64s(axes)], {}, STRIP.sums);
  graph.node('ReduceSumSquare', [rows], { axes }, STRIP.squares);
  for (const name of [STRIP.sums, STRIP.squares]) declare(drawing, name, 'float32');
}

function keepOutput(drawing: Drawing, { value }: Band): void {
  const isBytes = keepsBytes(drawing);
  if (!isBytes) drawing.graph.node('Identity', [value], {}, STRIP.keptNow);
  declare(drawing, STRIP.keptNow, isBytes ? 'uint8' : 'float32');
}

/** As an output of the model; its sizes follow from the inputs'. */
function declare({ outputs }: Drawing, name: string, type: StripTensor['type']): void {
  outputs.push({ name, type, shape: [0, 1, 2, 3].map((axis) => `${name}/${axis}`) });
}

function paint(drawing: Drawing, { value, rows }: Band): void {
  const { graph, strips, pass } = drawing;
  const { network, extent } = strips;
  const height = (rows.end - rows.begin) * pass.scaleOut;
  const shape = graph.int64s([1, height, paddedExtent(network, extent).width, 3]);
  const picture = weave(graph, value, pass.scaleOut, shape);
  const sides = [network.margin, network.margin + extent.width].map((x) => graph.int64s([x]));
  graph.node('Slice', [picture, ...sides, graph.int64s([2])], {}, STRIP.painting);
  declare(drawing, STRIP.painting, 'uint8');
}
