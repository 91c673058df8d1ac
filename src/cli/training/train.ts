/** `impasto train`: a painting -> a style that ships. */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, decodeLimits } from '../../config/config.ts';
import { createEngine } from '../../engines/create.ts';
import { csvLog, type Observer, samplePictures, tensorboard } from '../../training/observers.ts';
import type { LearnRequest } from '../../training/request.ts';
import { learnStyle } from '../../training/run.ts';
import type { WeighedFile } from '../arguments.ts';
import { writeOutput } from '../outputs.ts';
import { asUsageError } from './hyperparameter-flags.ts';
import { lossNetworkSource } from './loss-network-flags.ts';
import { trainingProgress } from './progress.ts';
import { checkpointFile, maskSources, paintingSources, photographSources } from './sources.ts';
import { type TrainFlags, trainingValues } from './train-command.ts';
import { workersOf } from './workers.ts';

/** Trains and publishes; of several workers, the first one publishes. */
export async function trainStyle(
  files: readonly WeighedFile[],
  flags: TrainFlags,
  config: Config,
  commandLine: string,
): Promise<void> {
  const request = await learnRequest(files, flags, commandLine);
  const { hyperparameters, description } = request;
  const published = await learnStyle(request, {
    modelsDir: config.MODELS_DIR,
    threads: config.THREADS,
    limits: decodeLimits(config),
    observers: await observersOf(flags, hyperparameters.steps, config),
    checkpoint: flags.checkpoint === undefined ? undefined : checkpointFile(flags.checkpoint),
    saveEvery: flags.checkpointEvery,
    workers: workersOf(flags),
  }).catch(asUsageError);
  if (published === undefined) return;
  console.log(
    `${description.id}: ${description.title}, after ${hyperparameters.steps} steps ` +
      `(both engines agree within ${published.engineDifference} of 255)`,
  );
}

async function learnRequest(
  files: readonly WeighedFile[],
  flags: TrainFlags,
  command: string,
): Promise<LearnRequest> {
  const { id, title, artist, year, rights, photos, masks, from } = flags;
  return {
    description: { id, title, artist, year, rights },
    paintings: paintingSources(files),
    photographs: await photographSources(photos),
    masks: masks === undefined ? undefined : await maskSources(photos, masks),
    lossNetwork: lossNetworkSource(flags),
    start: from.endsWith('.safetensors') ? { file: () => readFile(from) } : { style: from },
    hyperparameters: trainingValues(flags),
    trainer: 'impasto train',
    command,
  };
}

async function observersOf(flags: TrainFlags, steps: number, config: Config): Promise<Observer[]> {
  const { log, tensorboard: events, samples, sampleEvery } = flags;
  const observers = [trainingProgress(steps)];
  if (log) observers.push(csvLog((text) => writeOutput(log, text)));
  if (events) observers.push(tensorboard(events));
  if (samples) {
    const engine = await createEngine('onnx', { threads: config.THREADS });
    observers.push(samplePictures(sampleEvery, engine, sampleFiles(samples)));
  }
  return observers;
}

function sampleFiles(folder: string): (step: number, jpeg: Uint8Array) => Promise<void> {
  return async (step, jpeg) => {
    await mkdir(folder, { recursive: true });
    await writeOutput(join(folder, `step-${String(step).padStart(6, '0')}.jpg`), jpeg);
  };
}
