/** The use case of training: pictures and hyperparameters -> a style of the models folder. */

import { loadTensorflow } from '../engines/tensorflow/module.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import type { DecodeLimits } from '../images/header.ts';
import type { Weights } from '../network/weights.ts';
import { type Catalog, openCatalog } from '../styles/catalog.ts';
import type { StyleDescription } from '../styles/import.ts';
import type { StyleManifest } from '../styles/manifest.ts';
import { type CheckpointStore, readCheckpoint } from './checkpoint.ts';
import { alone, type Exchange } from './exchange.ts';
import { recordedValues } from './hyperparameter.ts';
import { TRAINING } from './hyperparameters.ts';
import type { LossNetwork } from './loss-network/loss-network.ts';
import { withLossNetwork } from './loss-network/use.ts';
import { nearestStyle } from './nearest.ts';
import { type Losses, lossHistory, type Observer } from './observers.ts';
import { readPaintings, readPhotographs } from './pictures.ts';
import { predictedStart } from './predicted-start.ts';
import { type PublishedStyle, publishStyle } from './publish.ts';
import { type TrainingOptions, trainingOptions } from './recipe.ts';
import type { LearnRequest } from './request.ts';
import { followSteps } from './steps.ts';
import type { TrainingData, TrainingState } from './trainer.ts';

/** Several processes that train one network. */
export interface Workers {
  readonly size: number;
  /** Takes this process's place among them; called once values are known to go together. */
  join(): Promise<Exchange>;
}

export interface LearnOptions {
  readonly modelsDir: string;
  /** Where the style is written; among the others where absent. */
  readonly outputDir?: string;
  /** Threads that one painting may use. */
  readonly threads: number;
  readonly limits: DecodeLimits;
  /** Ends the run between two steps. */
  readonly signal?: AbortSignal | undefined;
  readonly observers?: readonly Observer[];
  /** Where the state is kept, and gone on from. */
  readonly checkpoint?: CheckpointStore | undefined;
  /** Steps between two savings of the state and of what observers hold. */
  readonly saveEvery: number;
  readonly workers?: Workers;
}

const BY_ITSELF: Workers = { size: 1, join: async () => alone };

/**
 * Trains and publishes. Of several workers the first one reports, saves and publishes; the others
 * resolve to undefined. Whatever ends the run early, the state after its last step is saved, and
 * the same request goes on from there to the same weights. An aborted signal rejects with its
 * reason. Throws a `HyperparameterError` where values do not go together, a `DivergedError` where
 * losses are no longer finite, and an `EngineUnavailableError` where TensorFlow is not installed.
 */
export async function learnStyle(
  request: LearnRequest,
  options: LearnOptions,
): Promise<PublishedStyle | undefined> {
  const { size, join } = options.workers ?? BY_ITSELF;
  const context = { masked: request.masks !== undefined, workers: size };
  const training = trainingOptions(request.hyperparameters, context);
  const exchange = await join();
  try {
    // Not before: who joins others decides how many threads TensorFlow starts.
    await loadTensorflow();
    return await withLossNetwork(request.lossNetwork, (lossNetwork) =>
      learn(request, training, lossNetwork, exchange, options),
    );
  } finally {
    exchange.close();
  }
}

async function learn(
  request: LearnRequest,
  training: TrainingOptions,
  lossNetwork: LossNetwork,
  exchange: Exchange,
  options: LearnOptions,
): Promise<PublishedStyle | undefined> {
  const data = await readData(request, options.limits);
  const start = await startingState(request, { data, lossNetwork, training }, options);
  const { train } = await import('./trainer.ts');
  const steps = train(start, data, lossNetwork, training, exchange);
  if (exchange.rank > 0) {
    await followSteps(start, steps, { ...options, observers: [], checkpoint: undefined });
    return undefined;
  }
  const history = lossHistory();
  const observers = [history, ...(options.observers ?? [])];
  const state = await followSteps(start, steps, { ...options, observers });
  const record = recordOf(request, state, lossNetwork, history.losses());
  const { threads, outputDir = options.modelsDir } = options;
  const style = { ...request.description, training: record };
  return publishStyle(state.average, style, { modelsDir: outputDir, threads });
}

async function readData(request: LearnRequest, limits: DecodeLimits): Promise<TrainingData> {
  const { paintings, photographs, masks, hyperparameters } = request;
  return {
    paintings: await readPaintings(paintings, hyperparameters.paintingSize, limits),
    ...(await readPhotographs(photographs, masks, limits)),
  };
}

/** What is trained on, and how. */
interface Subject {
  readonly data: TrainingData;
  readonly lossNetwork: LossNetwork;
  readonly training: TrainingOptions;
}

async function startingState(
  request: LearnRequest,
  subject: Subject,
  options: LearnOptions,
): Promise<TrainingState> {
  const kept = await options.checkpoint?.read();
  if (kept !== undefined) return readCheckpoint(kept);
  const { initialState } = await import('./trainer.ts');
  return initialState(await startingWeights(request, subject, options), subject.training);
}

async function startingWeights(
  { start, paintings }: LearnRequest,
  subject: Subject,
  options: LearnOptions,
): Promise<Weights> {
  if ('file' in start) return readSafetensors(await start.file());
  const catalog = await openCatalog(options.modelsDir);
  if ('style' in start) return (await catalog.load(catalog.get(start.style))).weights;
  const [painting, ...others] = paintings;
  const predicted =
    painting && others.length === 0 ? await predictedStart(painting.read, options) : undefined;
  if (predicted) return predicted;
  return (await catalog.load(await nearestTo(subject, catalog, options.limits))).weights;
}

async function nearestTo(
  { data, lossNetwork, training }: Subject,
  catalog: Catalog,
  limits: DecodeLimits,
): Promise<StyleManifest> {
  const { lossMeasure } = await import('./evaluation.ts');
  const measure = lossMeasure(lossNetwork, data.paintings, training.objective);
  return nearestStyle(catalog, measure, limits);
}

function recordOf(
  { trainer, command, photographs, hyperparameters }: LearnRequest,
  state: TrainingState,
  lossNetwork: LossNetwork,
  losses: Losses,
): StyleDescription['training'] {
  return {
    trainer,
    command,
    photographs: photographs.length,
    lossNetwork: lossNetwork.name,
    ...recordedValues(TRAINING, hyperparameters),
    ...(hyperparameters.gradientRatio !== undefined && { styleWeight: state.styleWeight }),
    losses,
  };
}
