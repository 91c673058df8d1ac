/** `impasto train`: a painting -> a style that ships. */

import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { createEngine } from '../../engines/create.ts';
import { loadTensorflow } from '../../engines/tensorflow/module.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import type { Weights } from '../../network/weights.ts';
import { openCatalog } from '../../styles/catalog.ts';
import { engineDifference, importStyle, type StyleDescription } from '../../styles/import.ts';
import type { Exchange } from '../../training/exchange.ts';
import type { LossNetwork } from '../../training/loss-network/loss-network.ts';
import type { TrainingOptions } from '../../training/recipe.ts';
import type { TrainingState } from '../../training/trainer.ts';
import type { WeighedFile } from '../arguments.ts';
import { writeOutput } from '../outputs.ts';
import { fileExists, readLossNetwork, readPaintings, readPhotographs } from './data.ts';
import {
  csvLog,
  lossHistory,
  type Observer,
  progressBar,
  samplePictures,
  tensorboard,
} from './progress.ts';
import { type TrainFlags, trainingOptions } from './train-flags.ts';
import { joinWorkers } from './workers.ts';

/** Photographs are brought to this short side, from which crops are taken. */
const PHOTO_SIZE = 288;

/** How far paintings of the two engines may be apart, of 255. */
const ENGINE_TOLERANCE = 2;

/** Trains and publishes; of several workers, the first one publishes. */
export async function trainStyle(
  files: readonly WeighedFile[],
  flags: TrainFlags,
  config: Config,
  commandLine: string,
): Promise<void> {
  const options = trainingOptions(flags);
  const exchange = await joinWorkers(flags);
  try {
    await loadTensorflow();
    const lossNetwork = await readLossNetwork(flags);
    const paintings = await readPaintings(files, flags.paintingSize, config);
    const photographs = await readPhotographs(flags.photos, flags.masks, PHOTO_SIZE, config);
    const history = lossHistory();
    const data = { ...photographs, paintings };
    const state = await runTraining(data, lossNetwork, options, flags, config, exchange, history);
    if (exchange.rank > 0) return;
    await publish(state.average, flags, config, {
      trainer: 'impasto train',
      command: commandLine,
      photographs: photographs.photos.length,
      lossNetwork: lossNetwork.name,
      steps: flags.steps,
      batch: flags.batch,
      crop: flags.crop.to,
      contentWeight: flags.contentWeight.to,
      styleWeight: flags.gradientRatio === undefined ? flags.styleWeight.to : state.styleWeight,
      tvWeight: flags.tvWeight,
      learningRate: flags.learningRate,
      losses: history.losses(),
    });
  } finally {
    exchange.close();
  }
}

type TrainingData = Parameters<typeof import('../../training/trainer.ts').train>[1];

async function runTraining(
  data: TrainingData,
  lossNetwork: LossNetwork,
  options: TrainingOptions,
  flags: TrainFlags,
  config: Config,
  exchange: Exchange,
  history: Observer,
): Promise<TrainingState> {
  const [{ initialState, train }, { readCheckpoint, writeCheckpoint }] = await Promise.all([
    import('../../training/trainer.ts'),
    import('../../training/checkpoint.ts'),
  ]);
  const resumed = flags.checkpoint !== undefined && (await fileExists(flags.checkpoint));
  let state = resumed
    ? readCheckpoint(await readFile(flags.checkpoint))
    : initialState(await startingWeights(flags.from, config), options);
  const observers =
    exchange.rank === 0 ? [history, ...(await observersOf(flags, state.step, config))] : [];
  const save = async () => {
    if (exchange.rank > 0) return;
    if (flags.checkpoint) await writeOutput(flags.checkpoint, writeCheckpoint(state));
    for (const observer of observers) await observer.save?.();
  };
  try {
    for await (const { state: next, report } of train(
      state,
      data,
      lossNetwork,
      options,
      exchange,
    )) {
      state = next;
      // Signals are heard between two steps.
      await setImmediate();
      for (const observer of observers) await observer.observe(state, report);
      if (report.step % flags.checkpointEvery === 0) await save();
    }
  } finally {
    for (const observer of observers) observer.stop?.();
    await save();
  }
  return state;
}

async function observersOf(flags: TrainFlags, done: number, config: Config): Promise<Observer[]> {
  const observers = [progressBar(flags.steps, done)];
  if (flags.log) observers.push(csvLog(flags.log));
  if (flags.tensorboard) observers.push(tensorboard(await loadTensorflow(), flags.tensorboard));
  if (flags.samples) {
    const engine = await createEngine('onnx', { threads: config.THREADS });
    observers.push(samplePictures(flags.samples, flags.sampleEvery, engine));
  }
  return observers;
}

/** Writes the style and paints with what was written through both engines. */
async function publish(
  weights: Weights,
  { id, title, artist, year, rights }: TrainFlags,
  config: Config,
  training: NonNullable<StyleDescription['training']>,
): Promise<void> {
  const description = { id, title, artist, year, rights, training };
  const [onnx, tensorflow] = await Promise.all([
    createEngine('onnx', { threads: config.THREADS }),
    createEngine('tensorflow', { threads: config.THREADS }),
  ]);
  await importStyle(weights, description, config.MODELS_DIR, onnx);
  const difference = await engineDifference(id, config.MODELS_DIR, [onnx, tensorflow]);
  if (difference > ENGINE_TOLERANCE) {
    throw new Error(`The engines paint ${id} differently, by up to ${difference} of 255.`);
  }
  console.log(
    `${id}: ${title}, after ${training.steps} steps (both engines agree within ${difference} of 255)`,
  );
}

/** A style of the catalog, or a safetensors file. */
async function startingWeights(from: string, config: Config): Promise<Weights> {
  if (from.endsWith('.safetensors')) return readSafetensors(await readFile(from));
  const catalog = await openCatalog(config.MODELS_DIR);
  return (await catalog.load(catalog.get(from))).weights;
}
