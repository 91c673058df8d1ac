/** Where the time of a picture's strips goes, operator by operator, on one thread. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripPainter } from '../../src/engines/onnx/strips/painter.ts';
import { teamMemory, teamOf } from '../../src/engines/onnx/strips/team.ts';
import type { NetworkInstance } from '../../src/network/polyphase.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { stripJob } from '../support/strip-job.ts';
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
  const job = stripJob(instance, picture, folder);
  const begun = performance.now();
  await painter.paint(job, teamOf(teamMemory(job.strips), 1));
  const ms = performance.now() - begun;
  await painter.close();
  return { width, height, ms: Math.round(ms), operators: await operatorsIn(folder) };
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
