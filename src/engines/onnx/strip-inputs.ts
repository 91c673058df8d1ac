/** What goes into a pass for one strip after the other. */

import { Tensor } from 'onnxruntime-node';
import { STRIP } from '../../formats/onnx/pass-model.ts';
import { noiseRows } from '../../network/noise.ts';
import type { Demand, Pass } from '../../network/passes.ts';
import { mirrored, type Rows } from '../../pictures/picture.ts';
import type { Raster } from '../../rasters/raster.ts';
import type { KeptName } from './kept-rows.ts';
import { reusedRoom } from './reused-room.ts';
import type { StripRun } from './strip-run.ts';
import { numbers } from './tensors.ts';

type Tensors = Readonly<Record<string, Tensor>>;

type Room = ReturnType<typeof reusedRoom>;

export interface StripInputs {
  /** Holds until the next call, which overwrites it. */
  of(demand: Demand): Promise<Tensors>;
}

export function stripInputs(run: StripRun, pass: Pass): StripInputs {
  const statistics = statisticsInput(run, pass);
  const room = reusedRoom();
  return {
    async of(demand) {
      const { inputs, skip } = demand;
      const [rows] = inputs;
      if (rows === undefined) throw new TypeError('Expected a pass with steps.');
      return {
        [STRIP.edges]: edgesInput(pass, demand),
        ...statistics,
        ...(pass.from === undefined
          ? await pictureInputs(run, rows, room)
          : { [STRIP.kept]: keptInput(run, pass, STRIP.keptNow, rows) }),
        ...(skip && { [STRIP.skip]: keptInput(run, pass, STRIP.skipNow, skip) }),
      };
    },
  };
}

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
  { kept, padded }: StripRun,
  { from, scaleIn }: Pass,
  name: KeptName,
  rows: Rows,
): Tensor {
  if (from === undefined) throw new TypeError('Expected a pass that begins in the middle.');
  const data = kept.read(name, rows);
  const channels = from.channels * from.phases;
  return numbers(data, [1, rows.end - rows.begin, padded.width / scaleIn, channels]);
}

/** Rows of the padded picture, without what is added left and right, and of its noise, with that. */
async function pictureInputs(
  { picture, padded, instance: { network } }: StripRun,
  rows: Rows,
  room: Room,
): Promise<Tensors> {
  const { width, height } = picture;
  const count = rows.end - rows.begin;
  const first = rows.begin - network.margin;
  const sources = Array.from({ length: count }, (_, i) => mirrored(first + i, height));
  const rowOf = await rowsOf(picture, sources);
  const tensor = (data: Uint8Array, columns: number, channels: number) =>
    new Tensor('uint8', data, [1, count, columns, channels]);
  return {
    [STRIP.picture]: tensor(filled(room, sources, rowOf), width, 3),
    ...(network.noise && {
      [STRIP.noise]: tensor(noiseRows(rows, padded.width), padded.width, 1),
    }),
  };
}

/** The bytes of a row of the picture. */
type RowsOf = (row: number) => Uint8Array;

async function rowsOf(picture: Raster, rows: readonly number[]): Promise<RowsOf> {
  const begin = Math.min(...rows);
  const bytes = await picture.read({ begin, end: Math.max(...rows) + 1 });
  const rowBytes = picture.width * 3;
  return (row) => bytes.subarray((row - begin) * rowBytes, (row - begin + 1) * rowBytes);
}

function filled(room: Room, sources: readonly number[], rowOf: RowsOf): Uint8Array {
  const rows = sources.map(rowOf);
  const data = room(rows.reduce((sum, { length }) => sum + length, 0));
  rows.forEach((bytes, i) => {
    data.set(bytes, i * bytes.length);
  });
  return data;
}
