/** `impasto import`: trained weights -> a style that ships. */

import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Config } from '../config/config.ts';
import { createEngine } from '../engines/create.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { importStyle } from '../styles/import.ts';
import { readTrainingLog } from '../styles/training-log.ts';
import { readInput } from './outputs.ts';

export interface ImportFlags {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly rights: string;
  readonly trainingLog?: string;
  readonly trainingRun?: string;
}

export async function importCommand(
  path: string,
  { trainingLog, trainingRun, ...description }: ImportFlags,
  config: Config,
): Promise<void> {
  const weights = readSafetensors(await readInput(path));
  const run = trainingRun ?? basename(path, extname(path));
  const training =
    trainingLog === undefined
      ? undefined
      : readTrainingLog(await readFile(trainingLog, 'utf8'), run);
  const engine = await createEngine(config.ENGINE, { threads: config.THREADS });
  const style = await importStyle(weights, { ...description, training }, config.MODELS_DIR, engine);
  console.log(`${style.id}: ${style.title}, ${style.network}, ${style.parameters} parameters`);
}
