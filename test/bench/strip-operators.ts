/** Where the time of a picture's strips goes, operator by operator, on one thread. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripMeasures, stripPainter } from '../../src/engines/onnx/strips/painter.ts';
import { rowRoom, type SharedRows } from '../../src/engines/onnx/strips/shared-rows.ts';
import { teamMemory, teamOf } from '../../src/engines/onnx/strips/team.ts';
import type { NetworkInstance } from '../../src/network/polyphase.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { temporary } from '../support/temporary.ts';
import { operatorTimes } from './operators.ts';

export interface StripOperators {
  readonly width: number;
  readonly height: number;
  /** Of the whole: operators and everything between them. */
  readonly ms: number;
  /** The longest first. */
  readonly operators: readonly (readonly [operator: string, ms: number])[];
}

export async function stripOperators(
  instance: NetworkInstance,
  picture: Picture,
): Promise<StripOperators> {
  const { width, height } = picture;
  const folder = temporary();
  const painter = stripPainter(instance, {
    enableProfiling: true,
    profileFilePrefix: join(folder, 'pass'),
  });
  await painter.load();
  const { stripRows, strips, kept, passes, foundBytes } = stripMeasures(instance, picture);
  const keptBytes = kept.reduce((sum, { rows, rowBytes }) => sum + rows * rowBytes, 0);
  const room = rowRoom(new SharedArrayBuffer(keptBytes), folder);
  const begun = performance.now();
  await painter.paint(
    {
      extent: { width, height },
      stripRows,
      strips,
      picture: shared(picture, picture.data),
      painting: shared(picture, new Uint8Array(picture.data.length)),
      kept: kept.map(room.take),
      found: new SharedArrayBuffer(passes * strips * foundBytes),
      foundBytes,
    },
    teamOf(teamMemory(strips), 1),
  );
  const ms = performance.now() - begun;
  await painter.close();
  room.close();
  return { width, height, ms: Math.round(ms), operators: await operatorsIn(folder) };
}

function shared({ width, height }: Picture, data: Uint8Array): SharedRows {
  const place = new SharedArrayBuffer(data.length);
  new Uint8Array(place).set(data);
  return { place, offset: 0, rows: height, rowBytes: width * 3, stride: width * 3 };
}

/** Each pass has written a profile of its own. */
async function operatorsIn(folder: string): Promise<[string, number][]> {
  const sums = new Map<string, number>();
  for (const file of await readdir(folder)) {
    for (const [operator, ms] of operatorTimes(await readFile(join(folder, file), 'utf8'))) {
      sums.set(operator, (sums.get(operator) ?? 0) + ms);
    }
  }
  return [...sums]
    .map(([operator, ms]): [string, number] => [operator, Math.round(ms)])
    .filter(([, ms]) => ms > 0)
    .sort(([, a], [, b]) => b - a);
}
