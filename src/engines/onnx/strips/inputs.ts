/** What goes into a pass for a strip. */

import { Tensor } from 'onnxruntime-node';
import { STRIP } from '../../../formats/onnx/pass-model.ts';
import type { Network } from '../../../network/layers.ts';
import type { Demand, Pass } from '../../../network/passes.ts';
import { mirrored, type Rows } from '../../../pictures/picture.ts';
import { numbers } from '../tensors.ts';
import type { KeptPlace, KeptPlaces } from './kept-plan.ts';
import type { ReusedRoom } from './reused-room.ts';
import { keptRows, type StripRun } from './run.ts';
import { type SeenRows, seenRows } from './seen-rows.ts';
import { readRows } from './shared-rows.ts';

type Tensors = Readonly<Record<string, Tensor>>;

export interface StripInputs {
  /** For the work, which they hold no longer than. */
  with<T>(demand: Demand, work: (inputs: Tensors) => Promise<T>): Promise<T>;
}

/** `room` is used for as long as a strip is worked on. */
export function stripInputs(
  run: StripRun,
  network: Network,
  pass: Pass,
  reads: KeptPlaces,
  room: ReusedRoom,
): StripInputs {
  const statistics = statisticsInput(run, pass);
  const seen = seenRows(network, run.extent, run.padded);
  return {
    async with(demand, work) {
      const used: Uint8Array<ArrayBuffer>[] = [];
      const take = (byteCount: number) => {
        const bytes = room.take(byteCount);
        used.push(bytes);
        return bytes;
      };
      const { inputs, skip } = demand;
      const [rows] = inputs;
      if (rows === undefined) throw new TypeError('Expected a pass with steps.');
      const result = await work({
        [STRIP.edges]: edgesInput(pass, demand),
        ...statistics,
        ...(pass.from === undefined
          ? { [STRIP.picture]: pictureInput(run, network, seen, rows, take) }
          : { [STRIP.kept]: keptInput(run, pass, reads.kept, rows, take) }),
        ...(skip && { [STRIP.skip]: keptInput(run, pass, reads.skip, skip, take) }),
      });
      used.forEach(room.give);
      return result;
    },
  };
}

type Take = ReusedRoom['take'];

function edgesInput({ steps }: Pass, { padding }: Demand): Tensor {
  const edges = padding
    .filter((_, index) => steps[index]?.kind === 'convolution')
    .flatMap(({ top, bottom }) => [BigInt(top), BigInt(bottom)]);
  return new Tensor('int64', BigInt64Array.from(edges), [edges.length]);
}

/** Of all norms that the pass applies. */
function statisticsInput({ statistics }: StripRun, { steps }: Pass): Tensors {
  const found = steps.flatMap((step) => {
    if (step.kind !== 'instanceNorm') return [];
    const known = statistics.get(step);
    if (known === undefined) throw new TypeError(`Nothing is known yet of ${step.name}.`);
    return [known];
  });
  if (found.length === 0) return {};
  const rows = [found.map(({ means }) => means), found.map(({ variances }) => variances)];
  const data = Float32Array.from(rows.flat().flatMap((vector) => [...vector]));
  return { [STRIP.statistics]: new Tensor('float32', data, [2, data.length / 2]) };
}

function keptInput(
  run: StripRun,
  { from, scaleIn }: Pass,
  place: KeptPlace | undefined,
  rows: Rows,
  take: Take,
): Tensor {
  const stored = keptRows(run, place, scaleIn);
  if (from === undefined || stored === undefined) throw new TypeError('Nothing was kept.');
  const data = take((rows.end - rows.begin) * stored.rowBytes);
  readRows(stored, rows, data);
  const channels = from.channels * from.phases;
  return numbers(data, [1, rows.end - rows.begin, run.padded.width / scaleIn, channels]);
}

/** Rows of the padded picture. */
function pictureInput(
  { picture, extent: { height } }: StripRun,
  { margin }: Network,
  seen: SeenRows,
  rows: Rows,
  take: Take,
): Tensor {
  const count = rows.end - rows.begin;
  const sources = Array.from({ length: count }, (_, i) =>
    mirrored(rows.begin + i - margin, height),
  );
  const first = Math.min(...sources);
  const colors = take((Math.max(...sources) + 1 - first) * picture.rowBytes);
  readRows(picture, { begin: first, end: Math.max(...sources) + 1 }, colors);
  const data = take(count * seen.rowBytes);
  sources.forEach((source, i) => {
    const at = (source - first) * picture.rowBytes;
    const into = data.subarray(i * seen.rowBytes, (i + 1) * seen.rowBytes);
    seen.weave(rows.begin + i, colors.subarray(at, at + picture.rowBytes), into);
  });
  return new Tensor('uint8', data, [1, count, seen.rowBytes / seen.channels, seen.channels]);
}
