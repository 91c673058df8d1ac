/** Paints pictures of any size in bounded memory: pass by pass, strip by strip. */

import './without-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Extent, paddedExtent, stride } from '../core/measures.ts';
import type { InstanceNorm, Network } from '../core/network.ts';
import { type NormStatistics, statisticsSum } from '../core/norm-statistics.ts';
import { STRIP, type StripNetwork, stripModel } from '../core/onnx-strips.ts';
import { mirrored } from '../core/picture.ts';
import { type Demand, demandOf, type Pass, passesOf, type Rows } from '../core/strips.ts';
import type { Raster } from '../rasters/raster.ts';
import type { OpenPlaneStore, PlaneStore } from './plane-store.ts';

export interface StripOptions {
  /** Threads that one strip may use. */
  readonly threads: number;
  /** Rows of a strip at the trunk's resolution, a multiple of eight. */
  readonly stripRows: number;
  readonly openStore: OpenPlaneStore;
}

/** A picture on its way through the passes. */
interface Journey {
  readonly strips: StripNetwork;
  readonly padded: Extent;
  readonly picture: Raster;
  readonly painting: Raster;
  readonly options: StripOptions;
  /** Found by the passes so far. */
  readonly statistics: Map<InstanceNorm, NormStatistics>;
  /** Kept by the passes so far, under the names of the outputs. */
  readonly kept: Map<string, Kept>;
}

interface Kept {
  readonly store: PlaneStore;
  /** Channels. */
  readonly planes: number;
  readonly type: Tensor.Type;
}

type Tensors = Record<string, Tensor>;

/**
 * Paints `picture` onto `painting`, of the same size. How high the strips are makes no difference
 * to the result. Rejects with the signal's reason where it aborts between two strips.
 */
export async function paintInStrips(
  strips: StripNetwork,
  picture: Raster,
  painting: Raster,
  options: StripOptions,
  signal: AbortSignal,
): Promise<void> {
  const journey: Journey = {
    strips,
    padded: paddedExtent(strips.network, strips.extent),
    picture,
    painting,
    options,
    statistics: new Map(),
    kept: new Map(),
  };
  try {
    for (const pass of passesOf(strips.network)) await travel(journey, pass, signal);
  } finally {
    for (const { store } of journey.kept.values()) await store.close();
  }
}

async function travel(journey: Journey, pass: Pass, signal: AbortSignal): Promise<void> {
  const { padded } = journey;
  const sum = pass.norm && statisticsSum(pass.norm.channels, padded.width / pass.scaleOut);
  const models = modelsOf(journey, pass);
  try {
    let previous: (() => Promise<void>) | undefined;
    for (const demand of demandsOf(journey, pass)) {
      signal.throwIfAborted();
      const inputs = await read(journey, pass, demand);
      const outputs = await (await models.load(demand)).run(inputs);
      sum?.add(floats(outputs[STRIP.sums]), floats(outputs[STRIP.squares]));
      if (pass.norm === undefined) await paint(journey, pass, demand, outputs[STRIP.painting]);
      // Not before the next strip has run, which reads rows that this overwrites.
      await previous?.();
      previous = () => keep(journey, demand, outputs);
    }
    await previous?.();
  } finally {
    await models.close();
  }
  if (pass.norm && sum) journey.statistics.set(pass.norm, sum.finish());
}

/** What one strip of the trunk may take, so that a layer of it stays in the processor's caches. */
const STRIP_BYTES = 6 * 2 ** 20;
const FEWEST_ROWS = 8;

/** Rows of the trunk that make a strip; few more than `FEWEST_ROWS` where the picture is wide. */
export function stripRowsFor(network: Network, { width }: Extent): number {
  const channels = Math.max(...passesOf(network).map(({ norm }) => norm?.channels ?? 0));
  const rowBytes = (width / stride(network)) * channels * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(FEWEST_ROWS, Math.round(STRIP_BYTES / rowBytes / FEWEST_ROWS) * FEWEST_ROWS);
}

/** What each strip of the pass needs, from top to bottom. */
function demandsOf({ strips, padded, options }: Journey, pass: Pass): Demand[] {
  const perTrunkRow = stride(strips.network) / pass.scaleOut;
  const rows = padded.height / pass.scaleOut;
  const height = options.stripRows * perTrunkRow;
  return Array.from({ length: Math.ceil(rows / height) }, (_, index) => {
    const output = { begin: index * height, end: Math.min(rows, (index + 1) * height) };
    return demandOf(pass, output, padded.height);
  });
}

/** Strips inside the picture share a model; those at its edges have their own. */
function modelsOf({ strips, options, statistics }: Journey, pass: Pass) {
  const sessions = new Map<string, Promise<InferenceSession>>();
  const statisticsOf = (norm: InstanceNorm): NormStatistics => {
    const found = statistics.get(norm);
    if (found === undefined) throw new TypeError(`Nothing is known yet of ${norm.name}.`);
    return found;
  };
  return {
    load(demand: Demand): Promise<InferenceSession> {
      const shape = shapeOf(demand);
      const session =
        sessions.get(shape) ??
        InferenceSession.create(stripModel(strips, pass, demand, statisticsOf), {
          intraOpNumThreads: options.threads,
          interOpNumThreads: 1,
          // Sessions come and go with every pass: an arena each would take more than it saves.
          enableCpuMemArena: false,
          logSeverityLevel: 3,
        });
      sessions.set(shape, session);
      return session;
    },
    async close() {
      for (const session of sessions.values()) await (await session).release();
    },
  };
}

/** The same for strips that differ only in where they are. */
function shapeOf({ inputs, output, skip, padding }: Demand): string {
  const origin = output.begin;
  const offsets = [...inputs, output, ...(skip ? [skip] : [])].map(({ begin, end }) => [
    begin - origin,
    end - begin,
  ]);
  return JSON.stringify([offsets, padding]);
}

async function read(journey: Journey, pass: Pass, { inputs, skip }: Demand): Promise<Tensors> {
  const rows = inputs[0]!;
  if (pass.from === undefined) return { [STRIP.picture]: await pictureRows(journey, rows) };
  return {
    [STRIP.kept]: await keptRows(journey, STRIP.keptNow, rows, pass),
    ...(skip && { [STRIP.skip]: await keptRows(journey, STRIP.skipNow, skip, pass) }),
  };
}

/** Rows of the padded picture, without what is added left and right. */
async function pictureRows({ picture, strips }: Journey, { begin, end }: Rows): Promise<Tensor> {
  const { margin } = strips.network;
  const { width, height } = picture;
  const sources = Array.from({ length: end - begin }, (_, i) =>
    mirrored(begin + i - margin, height),
  );
  const from = Math.min(...sources);
  const bytes = await picture.read({ begin: from, end: Math.max(...sources) + 1 });
  const rowBytes = width * 3;
  const isContiguous = sources.every((row, i) => row === from + i);
  const data = isContiguous ? bytes : new Uint8Array(sources.length * rowBytes);
  if (!isContiguous) {
    sources.forEach((row, i) => {
      const start = (row - from) * rowBytes;
      data.set(bytes.subarray(start, start + rowBytes), i * rowBytes);
    });
  }
  return new Tensor('uint8', data, [1, sources.length, width, 3]);
}

async function keptRows(
  { kept, padded }: Journey,
  name: string,
  rows: Rows,
  { scaleIn }: Pass,
): Promise<Tensor> {
  const found = kept.get(name);
  if (found === undefined) throw new TypeError(`Nothing was kept as ${name}.`);
  const bytes = await found.store.read(rows);
  const shape = [1, found.planes, rows.end - rows.begin, padded.width / scaleIn];
  return found.type === 'uint8'
    ? new Tensor('uint8', bytes, shape)
    : new Tensor('float32', new Float32Array(bytes.buffer), shape);
}

async function keep(
  { padded, strips, options, kept }: Journey,
  { output: { begin } }: Demand,
  outputs: Tensors,
): Promise<void> {
  for (const name of [STRIP.keptNow, STRIP.skipNow]) {
    const output = outputs[name];
    if (output === undefined) continue;
    const { buffer, byteOffset, byteLength } = output.data as Float32Array | Uint8Array;
    const [, planes, strip] = output.dims as [number, number, number, number];
    if (!kept.has(name)) {
      const rows = padded.height / stride(strips.network);
      const shape = { planes, rows, rowBytes: byteLength / planes / strip };
      kept.set(name, { store: await options.openStore(shape), planes, type: output.type });
    }
    await kept.get(name)?.store.write(begin, new Uint8Array(buffer, byteOffset, byteLength));
  }
}

/** Writes the rows of the painting that are not margin. */
async function paint(
  { painting, strips }: Journey,
  { scaleOut }: Pass,
  { output }: Demand,
  strip: Tensor | undefined,
): Promise<void> {
  if (!(strip?.data instanceof Uint8Array)) throw new TypeError('Expected a painted strip.');
  const first = output.begin * scaleOut - strips.network.margin;
  const begin = Math.max(0, first);
  const end = Math.min(painting.height, output.end * scaleOut - strips.network.margin);
  if (begin >= end) return;
  const rowBytes = painting.width * 3;
  await painting.write(
    begin,
    strip.data.subarray((begin - first) * rowBytes, (end - first) * rowBytes),
  );
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new TypeError('Expected float32 numbers.');
}
