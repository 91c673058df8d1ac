/** The use case of optimization: a photograph and paintings -> the photograph painted, slowly. */

import { setImmediate } from 'node:timers/promises';
import { loadTensorflow } from '../engines/tensorflow/module.ts';
import type { DecodeLimits } from '../images/header.ts';
import { type ReadImage, readFitted } from '../images/read.ts';
import type { Picture } from '../pictures/picture.ts';
import type { OptimizationValues } from './hyperparameters.ts';
import { type LossNetworkSource, withLossNetwork } from './loss-network/use.ts';
import type { Iteration, OptimizeData } from './optimize.ts';
import { optimizeOptions } from './optimize-options.ts';
import { readMask, readPaintings } from './pictures.ts';
import { checkMasked } from './recipe.ts';
import type { PaintingSource } from './request.ts';

export interface OptimizeRequest {
  readonly photograph: ReadImage;
  /** A picture that is white where shape is to be kept. */
  readonly mask?: ReadImage | undefined;
  readonly paintings: readonly PaintingSource[];
  readonly lossNetwork: LossNetworkSource;
  readonly hyperparameters: OptimizationValues;
}

export interface OptimizeRunOptions {
  readonly limits: DecodeLimits;
  /** Ends the run between two iterations. */
  readonly signal?: AbortSignal | undefined;
  readonly onIteration?: (iteration: Iteration) => void;
}

export interface OptimizedPicture {
  readonly picture: Picture;
  /** The last one. */
  readonly iteration: Iteration;
}

/**
 * Rejects with the reason of an aborted signal, with a `HyperparameterError` where values do not go
 * together, and with an `EngineUnavailableError` where TensorFlow is not installed.
 */
export async function optimizePicture(
  request: OptimizeRequest,
  options: OptimizeRunOptions,
): Promise<OptimizedPicture> {
  const { hyperparameters } = request;
  if (request.mask !== undefined) checkMasked(hyperparameters);
  await loadTensorflow();
  const photo = await readFitted(request.photograph, hyperparameters.maxSize, options.limits);
  const told = optimizeOptions(hyperparameters, photo);
  const data = await readData(request, photo, options.limits);
  const { optimize } = await import('./optimize.ts');
  return withLossNetwork(request.lossNetwork, async (lossNetwork) => {
    const iteration = await lastOf(optimize(data, lossNetwork, told), options);
    return { picture: iteration.picture(), iteration };
  });
}

async function readData(
  { mask, paintings, hyperparameters }: OptimizeRequest,
  photo: Picture,
  limits: DecodeLimits,
): Promise<OptimizeData> {
  return {
    photo,
    paintings: await readPaintings(paintings, hyperparameters.paintingSize, limits),
    ...(mask && { mask: await readMask(mask, photo, limits) }),
  };
}

async function lastOf(
  iterations: Iterable<Iteration>,
  { signal, onIteration }: OptimizeRunOptions,
): Promise<Iteration> {
  let last: Iteration | undefined;
  for (const iteration of iterations) {
    last = iteration;
    onIteration?.(iteration);
    // Signals are heard between two iterations.
    await setImmediate();
    signal?.throwIfAborted();
  }
  if (last === undefined) throw new Error('The optimizer found nothing better than its start.');
  return last;
}
