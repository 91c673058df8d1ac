/** Paints pictures of any size in bounded memory: pass by pass, strip by strip. */

import './without-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  STRIP,
  type StripNetwork,
  type StripTensor,
  stripModel,
} from '../../formats/onnx/pass-model.ts';
import type { InstanceNorm } from '../../network/layers.ts';
import { elementCount, paddedExtent, stride } from '../../network/measures.ts';
import { noiseRows } from '../../network/noise.ts';
import { type NormStatistics, statisticsSum } from '../../network/norm-statistics.ts';
import { type Demand, demandOf, type Pass, passesOf } from '../../network/passes.ts';
import { polyphase } from '../../network/polyphase.ts';
import type { Extent, Rows } from '../../pictures/picture.ts';
import { mirrored } from '../../pictures/picture.ts';
import type { Raster } from '../../rasters/raster.ts';
import type { OpenPlaneStore, PlaneStore } from './plane-store.ts';

export interface StripOptions {
  /** Threads that one strip may use. */
  readonly threads: number;
  /** Rows of a strip at the trunk's resolution, a multiple of eight; as many as suit the caches where absent. */
  readonly stripRows?: number;
  readonly openStore: OpenPlaneStore;
}

/** A picture on its way through the passes. */
interface StripRun {
  /** In polyphase form. */
  readonly strips: StripNetwork;
  readonly stripRows: number;
  readonly padded: Extent;
  readonly picture: Raster;
  readonly painting: Raster;
  readonly options: StripOptions;
  /** Found by the passes so far. */
  readonly statistics: Map<InstanceNorm, NormStatistics>;
  /** Kept by the passes so far, under the names of the outputs. */
  readonly kept: Map<string, PlaneStore>;
}

type Tensors = Record<string, Tensor>;

/**
 * Paints `picture` onto `painting`, of the same size. How high the strips are makes no difference
 * to the result.
 */
export async function paintInStrips(
  given: StripNetwork,
  picture: Raster,
  painting: Raster,
  options: StripOptions,
): Promise<void> {
  const strips = polyphase(given);
  const run: StripRun = {
    strips,
    stripRows: options.stripRows ?? stripRowsFor(strips),
    padded: paddedExtent(strips.network, strips.extent),
    picture,
    painting,
    options,
    statistics: new Map(),
    kept: new Map(),
  };
  try {
    for (const pass of passesOf(strips.network)) await runPass(run, pass);
  } finally {
    for (const store of run.kept.values()) store.close();
  }
}

async function runPass(run: StripRun, pass: Pass): Promise<void> {
  const { padded } = run;
  const width = padded.width / pass.scaleOut;
  const sum = pass.norm && statisticsSum(pass.norm.channels, width * pass.norm.phases);
  const models = modelsOf(run, pass);
  try {
    let previous: (() => void) | undefined;
    for (const demand of demandsOf(run, pass)) {
      const { session, inputs } = await models.load(demand);
      await read(run, demand, inputs);
      const outputs = await session.run(inputs);
      sum?.add(floats(outputs[STRIP.sums]), floats(outputs[STRIP.squares]));
      if (pass.norm === undefined) await paint(run, pass, demand, outputs[STRIP.painting]);
      // Not before the next strip has run, which reads rows that this overwrites.
      previous?.();
      previous = () => keep(run, demand, outputs);
    }
    previous?.();
  } finally {
    await models.close();
  }
  if (pass.norm && sum) run.statistics.set(pass.norm, sum.finish());
}

/** What one strip of the trunk may take, so that a layer of it stays in the processor's caches. */
const STRIP_BYTES = 6 * 2 ** 20;
const MIN_ROWS = 8;

/** Rows of the trunk that make a strip; few more than `MIN_ROWS` where the picture is wide. */
function stripRowsFor({ network, extent }: StripNetwork): number {
  const channels = Math.max(...passesOf(network).map(({ norm }) => norm?.channels ?? 0));
  const rowBytes = (extent.width / stride(network)) * channels * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(MIN_ROWS, Math.round(STRIP_BYTES / rowBytes / MIN_ROWS) * MIN_ROWS);
}

/** What each strip of the pass needs, from top to bottom. */
function demandsOf({ strips, padded, stripRows }: StripRun, pass: Pass): Demand[] {
  const perTrunkRow = stride(strips.network) / pass.scaleOut;
  const rows = padded.height / pass.scaleOut;
  const height = stripRows * perTrunkRow;
  return Array.from({ length: Math.ceil(rows / height) }, (_, index) => {
    const output = { begin: index * height, end: Math.min(rows, (index + 1) * height) };
    return demandOf(pass, output, padded.height);
  });
}

interface LoadedStrip {
  readonly session: InferenceSession;
  /** For what goes in; overwritten by each strip. */
  readonly inputs: Tensors;
}

/** Strips inside the picture share a model; those at its edges have their own. */
function modelsOf({ strips, options, statistics }: StripRun, pass: Pass) {
  const loaded = new Map<string, Promise<LoadedStrip>>();
  const statisticsOf = (norm: InstanceNorm): NormStatistics => {
    const found = statistics.get(norm);
    if (found === undefined) throw new TypeError(`Nothing is known yet of ${norm.name}.`);
    return found;
  };
  const create = async (demand: Demand): Promise<LoadedStrip> => {
    const { bytes, inputs } = stripModel(strips, pass, demand, statisticsOf);
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return { session, inputs: roomFor(inputs) };
  };
  return {
    load(demand: Demand): Promise<LoadedStrip> {
      const shape = shapeOf(demand);
      const strip = loaded.get(shape) ?? create(demand);
      loaded.set(shape, strip);
      return strip;
    },
    async close() {
      for (const strip of loaded.values()) await (await strip).session.release();
    },
  };
}

function roomFor(tensors: readonly StripTensor[]): Tensors {
  return Object.fromEntries(
    tensors.map(({ name, type, shape }) => {
      const count = elementCount(shape);
      return type === 'uint8'
        ? [name, new Tensor(type, new Uint8Array(count), shape)]
        : [name, new Tensor(type, new Float32Array(count), shape)];
    }),
  );
}

/** The same for strips that differ only in where they are: each begins at a multiple of the stride. */
function shapeOf({ inputs, output, skip, padding }: Demand): string {
  const heights = [...inputs, output, ...(skip ? [skip] : [])].map(({ begin, end }) => end - begin);
  return JSON.stringify([heights, padding]);
}

/** Fills the tensors that go in. */
async function read(run: StripRun, { inputs, skip }: Demand, room: Tensors): Promise<void> {
  const { kept } = run;
  const [picture, noise] = [room[STRIP.picture], room[STRIP.noise]];
  if (picture) await readPicture(run, inputs[0]!, bytesOf(picture));
  if (noise) readNoise(run, inputs[0]!, bytesOf(noise));
  for (const [input, output, rows] of [
    [STRIP.kept, STRIP.keptNow, inputs[0]],
    [STRIP.skip, STRIP.skipNow, skip],
  ] as const) {
    const tensor = room[input];
    if (tensor === undefined || rows === undefined) continue;
    const store = kept.get(output);
    if (store === undefined) throw new TypeError(`Nothing was kept as ${output}.`);
    store.read(rows, bytesOf(tensor));
  }
}

/** Rows of the padded picture, without what is added left and right. */
async function readPicture(run: StripRun, rows: Rows, data: Uint8Array): Promise<void> {
  const { picture } = run;
  const sources = sourceRows(run, rows);
  const from = Math.min(...sources);
  const bytes = await picture.read({ begin: from, end: Math.max(...sources) + 1 });
  const rowBytes = picture.width * 3;
  sources.forEach((row, i) => {
    const start = (row - from) * rowBytes;
    data.set(bytes.subarray(start, start + rowBytes), i * rowBytes);
  });
}

/** The same of the plane of noise. */
function readNoise(run: StripRun, rows: Rows, data: Uint8Array): void {
  const { width } = run.picture;
  sourceRows(run, rows).forEach((row, i) => {
    data.set(noiseRows({ begin: row, end: row + 1 }, width), i * width);
  });
}

/** Which row of the picture each of these rows of the padded picture is. */
function sourceRows({ picture, strips }: StripRun, { begin, end }: Rows): number[] {
  const first = begin - strips.network.margin;
  return Array.from({ length: end - begin }, (_, i) => mirrored(first + i, picture.height));
}

function keep(
  { padded, strips, options, kept }: StripRun,
  { output: { begin } }: Demand,
  outputs: Tensors,
): void {
  for (const name of [STRIP.keptNow, STRIP.skipNow]) {
    const output = outputs[name];
    if (output === undefined) continue;
    const data = bytesOf(output);
    const [, planes, strip] = output.dims as [number, number, number, number];
    const rows = padded.height / stride(strips.network);
    const rowBytes = data.length / planes / strip;
    const store = kept.get(name) ?? options.openStore({ planes, rows, rowBytes });
    kept.set(name, store);
    store.write(begin, data);
  }
}

function bytesOf({ data }: Tensor): Uint8Array {
  if (!ArrayBuffer.isView(data)) throw new TypeError('Expected numbers.');
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Writes the rows of the painting that are not margin. */
async function paint(
  { painting, strips }: StripRun,
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
