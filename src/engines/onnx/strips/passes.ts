/** One pass over a picture, strip by strip, by a team of threads. */

import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { STRIP } from '../../../formats/onnx/pass-model.ts';
import type { Network } from '../../../network/layers.ts';
import { elementCount, stride } from '../../../network/measures.ts';
import { type NormStatistics, statisticsSum } from '../../../network/norm-statistics.ts';
import { type Demand, demandOf, type Pass } from '../../../network/passes.ts';
import type { Rows } from '../../../pictures/picture.ts';
import { bytesOf, numbers } from '../tensors.ts';
import { stripInputs } from './inputs.ts';
import type { KeptPlace, KeptPlaces } from './kept-plan.ts';
import type { ReusedRoom } from './reused-room.ts';
import { keptRows, type StripRun } from './run.ts';
import { type SharedRows, writeRows } from './shared-rows.ts';
import type { Team } from './team.ts';

export interface PlacedPass {
  readonly pass: Pass;
  /** Among the passes of its network. */
  readonly index: number;
  readonly reads: KeptPlaces;
  readonly writes: KeptPlaces;
}

/** Adds to the statistics of the run what the pass finds. `room` is for what is worked on at one time. */
export async function runPass(
  run: StripRun,
  network: Network,
  placed: PlacedPass,
  session: InferenceSession,
  team: Team,
  room: ReusedRoom,
): Promise<void> {
  const { pass } = placed;
  const demands = demandsOf(run, network, pass);
  const inputs = stripInputs(run, network, pass, placed.reads, room);
  await team.shareSettled(demands.length, (strip) => {
    const demand = demands[strip]!;
    return inputs.with(demand, async (given) => {
      const results = resultsOf(run, placed, demand, room);
      const wanted = Object.fromEntries(results.map(({ name, tensor }) => [name, tensor]));
      const outputs = await session.run(given, {
        ...wanted,
        ...(pass.norm && { [STRIP.found]: null }),
      });
      if (pass.norm) foundOf(run, placed, strip).set(floats(outputs[STRIP.found]));
      if (pass.norm === undefined) paint(run, network, pass, demand, outputs[STRIP.painting], room);
      // Not before its neighbors have run, which read rows that this may overwrite.
      return () => {
        for (const { bytes, store, have } of results) {
          if (store) writeRows(store, demand.output.begin, rowsOf(bytes, have, demand.output));
          room.give(bytes);
        }
      };
    });
  });
  if (pass.norm)
    run.statistics.set(pass.norm, statisticsOf(run, placed, demands, pass.norm.channels));
}

/** What each strip of the pass needs, from top to bottom. */
function demandsOf({ padded, stripRows }: StripRun, network: Network, pass: Pass): Demand[] {
  const height = (stripRows * stride(network)) / pass.scaleOut;
  const rows = padded.height / pass.scaleOut;
  return Array.from({ length: Math.ceil(rows / height) }, (_, index) => {
    const output = { begin: index * height, end: Math.min(rows, (index + 1) * height) };
    return demandOf(pass, output, padded.height);
  });
}

/** What a strip gives, and where it is to be kept. */
interface StripResult {
  readonly name: string;
  readonly tensor: Tensor;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The rows that it has. */
  readonly have: Rows;
  readonly store: SharedRows | undefined;
}

function resultsOf(
  run: StripRun,
  { pass, writes }: PlacedPass,
  { inputs, output }: Demand,
  room: ReusedRoom,
): StripResult[] {
  const { scaleOut, steps } = pass;
  const count = output.end - output.begin;
  if (pass.norm === undefined) {
    const shape = [1, count, scaleOut, run.padded.width / scaleOut, scaleOut * 3];
    const bytes = room.take(elementCount(shape));
    const tensor = new Tensor('uint8', bytes, shape);
    return [{ name: STRIP.painting, tensor, bytes, have: output, store: undefined }];
  }
  const result = (name: string, place: KeptPlace | undefined, have: Rows): StripResult[] => {
    const store = keptRows(run, place, scaleOut);
    if (store === undefined) return [];
    const rows = have.end - have.begin;
    const bytes = room.take(rows * store.rowBytes);
    const norm = name === STRIP.keptNow ? pass.norm : pass.from;
    const channels = norm ? norm.channels * norm.phases : 0;
    const tensor = numbers(bytes, [1, rows, run.padded.width / scaleOut, channels]);
    return [{ name, tensor, bytes, have, store }];
  };
  const skipped = inputs[steps.findLastIndex(({ kind }) => kind === 'keep')] ?? output;
  return [
    ...result(STRIP.keptNow, writes.kept, output),
    ...result(STRIP.skipNow, writes.skip, skipped),
  ];
}

/** Of the rows that are there, those that are wanted. */
function rowsOf(bytes: Uint8Array, have: Rows, { begin, end }: Rows): Uint8Array {
  const rowBytes = bytes.length / (have.end - have.begin);
  return bytes.subarray((begin - have.begin) * rowBytes, (end - have.begin) * rowBytes);
}

/** Each pass has its own: a thread may be at the next one already. */
function foundOf(
  { found, strips, foundBytes }: StripRun,
  { pass: { norm }, index }: PlacedPass,
  strip: number,
): Float32Array {
  const place = (index * strips + strip) * foundBytes;
  return new Float32Array(found, place, 2 * (norm?.channels ?? 0));
}

/** In the order of the strips, whoever was first: the same for every number of threads. */
function statisticsOf(
  run: StripRun,
  placed: PlacedPass,
  demands: readonly Demand[],
  channels: number,
): NormStatistics {
  const sum = statisticsSum(channels);
  for (const [strip, { output }] of demands.entries()) {
    sum.add(foundOf(run, placed, strip), output.end - output.begin);
  }
  return sum.finish();
}

/** Writes the rows and columns of the painting that are not margin. */
function paint(
  { painting, padded, extent }: StripRun,
  { margin }: Network,
  { scaleOut }: Pass,
  { output }: Demand,
  strip: Tensor | undefined,
  room: ReusedRoom,
): void {
  if (strip === undefined) throw new TypeError('Expected a painted strip.');
  const first = output.begin * scaleOut - margin;
  const begin = Math.max(0, first);
  const end = Math.min(extent.height, output.end * scaleOut - margin);
  if (begin >= end) return;
  const bytes = bytesOf(strip);
  const { rowBytes } = painting;
  const rows = room.take((end - begin) * rowBytes);
  for (let row = begin; row < end; row += 1) {
    const from = ((row - first) * padded.width + margin) * 3;
    rows.set(bytes.subarray(from, from + rowBytes), (row - begin) * rowBytes);
  }
  writeRows(painting, begin, rows);
  room.give(rows);
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new TypeError('Expected float32 numbers.');
}
