/** The use case of distillation: styles of the models folder are given a lighter network each. */

import { setImmediate } from 'node:timers/promises';
import { createEngine } from '../engines/create.ts';
import { loadTensorflow } from '../engines/tensorflow/module.ts';
import type { DecodeLimits } from '../images/header.ts';
import { type ReadImage, readSample } from '../images/read.ts';
import { networkOf, type Weights } from '../network/weights.ts';
import type { Picture } from '../pictures/picture.ts';
import { type Catalog, openCatalog } from '../styles/catalog.ts';
import {
  keepLight,
  type LightDifference,
  lightDifference,
  lightStart,
} from '../styles/lighter-network.ts';
import type { LoadedStyle } from '../styles/style-files.ts';
import type { DistillationReport } from './distill.ts';
import type { DistillationValues } from './hyperparameters.ts';

/** Long edges in pixels. */
const PRACTICE_SIZE = 384;
const CHECK_SIZE = 512;

const MAX_PRACTICE_PHOTOS = 200;
const MAX_CHECK_PHOTOS = 12;

export interface DistillRequest {
  /** Ids of styles; all of the models folder where there are none. */
  readonly styles: readonly string[];
  /** To practice on. */
  readonly photographs: readonly ReadImage[];
  /** Others, to measure the difference on. */
  readonly check: readonly ReadImage[];
  readonly hyperparameters: DistillationValues;
}

export interface DistillRunOptions {
  readonly modelsDir: string;
  /** Threads that one painting may use. */
  readonly threads: number;
  readonly limits: DecodeLimits;
  /** Ends the run between two steps. */
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: (style: string, report: DistillationReport) => void;
  readonly onStyle?: (style: string, difference: LightDifference) => void;
}

/**
 * The first style's network is where those after it begin, unless the models folder has one
 * already. Styles that are done stay done: an aborted signal rejects with its reason, and keeps
 * nothing of the style at hand. Rejects with an `EngineUnavailableError` where TensorFlow is not
 * installed.
 */
export async function distillStyles(
  request: DistillRequest,
  options: DistillRunOptions,
): Promise<void> {
  const { modelsDir, limits, threads, onStyle } = options;
  const catalog = await openCatalog(modelsDir);
  const { styles: ids, photographs, check } = request;
  const styles = ids.length === 0 ? catalog.styles : ids.map((id) => catalog.get(id));
  await loadTensorflow();
  const photos = await readSample(photographs, MAX_PRACTICE_PHOTOS, PRACTICE_SIZE, limits);
  const others = await readSample(check, MAX_CHECK_PHOTOS, CHECK_SIZE, limits);
  const engine = await createEngine('onnx', { threads });
  let base = await knownBase(catalog);
  for (const style of styles) {
    const loaded = await catalog.load(style);
    const start = lightStart(loaded, base);
    const weights = await distilled(style.id, loaded.weights, start, photos, request, options);
    const difference = await lightDifference(loaded, weights, others, engine);
    const { steps } = request.hyperparameters;
    await keepLight(style, weights, { steps, ...difference }, modelsDir);
    base ??= { network: networkOf(weights), weights };
    onStyle?.(style.id, difference);
  }
}

/** The lighter network of the first style that has one. */
async function knownBase(catalog: Catalog): Promise<LoadedStyle | undefined> {
  const first = catalog.styles.find(({ light }) => light);
  return first && (await catalog.loadLight(first));
}

async function distilled(
  style: string,
  teacher: Weights,
  start: Weights,
  photos: readonly Picture[],
  { hyperparameters }: DistillRequest,
  { signal, onStep }: DistillRunOptions,
): Promise<Weights> {
  const { distill } = await import('./distill.ts');
  let weights = start;
  for (const lesson of distill(teacher, start, photos, hyperparameters)) {
    weights = lesson.weights;
    onStep?.(style, lesson.report);
    // Signals are heard between two steps.
    await setImmediate();
    signal?.throwIfAborted();
  }
  return weights;
}
