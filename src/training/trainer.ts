/** The training run: crops, losses, gradients, Adam, moving average; stopped and resumed anywhere. */

import * as tf from '@tensorflow/tfjs-core';
import type { Picture } from '../core/picture.ts';
import { networkOf, type Weights } from '../core/weights.ts';
import {
  type AdamState,
  adamStep,
  clipped,
  globalNorm,
  initialAdam,
  movingAverage,
} from './adam.ts';
import { randomCrops, randomSequence, toTensor } from './crops.ts';
import { DivergedError } from './diverged.ts';
import type { LossNetwork } from './loss-network.ts';
import { evaluate, type LossTerms, type Objective, styleTargets } from './objective.ts';
import type { TrainingOptions } from './recipe.ts';
import { averageDecay, learningRate } from './schedule.ts';

/** Gradients longer than this, all taken together, are shortened to it. */
const MAX_GRADIENT_NORM = 1;

/** Pixels mirrored around each crop while training. */
const MARGIN = 8;

/** Everything a run needs to go on as if it had never stopped. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  readonly weights: Weights;
  /** Moving average of the weights: what ships. */
  readonly average: Weights;
  readonly adam: AdamState;
}

export interface StepReport {
  /** From 1. */
  readonly step: number;
  readonly terms: LossTerms;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

export interface TrainingData {
  readonly photos: readonly Picture[];
  /** The painting to learn, at the size whose brush strokes are wanted. */
  readonly painting: Picture;
}

export function initialState(weights: Weights): TrainingState {
  return { step: 0, weights, average: weights, adam: initialAdam(weights) };
}

/**
 * Runs the steps that are left, one yielded state at a time. The same state, data and options give
 * the same states on the same machine. Throws a {@link DivergedError} on NaN or infinity.
 */
export function* train(
  start: TrainingState,
  { photos, painting }: TrainingData,
  lossNetwork: LossNetwork,
  options: TrainingOptions,
): Generator<{ state: TrainingState; report: StepReport }> {
  const style = toTensor(painting);
  const targets = styleTargets(lossNetwork, style);
  const objective: Objective = {
    network: networkOf(start.weights),
    lossNetwork,
    targets,
    weights: options.lossWeights,
    margin: MARGIN,
  };
  try {
    let state = start;
    while (state.step < options.steps) {
      const crops = { batch: options.batch, side: options.crop };
      const batch = randomCrops(photos, crops, randomSequence(options.seed, state.step));
      const next = trainStep(state, objective, batch, options);
      batch.dispose();
      state = next.state;
      yield next;
    }
  } finally {
    tf.dispose([style, ...targets]);
  }
}

function trainStep(
  { step, weights, average, adam }: TrainingState,
  objective: Objective,
  batch: tf.Tensor4D,
  options: TrainingOptions,
): { state: TrainingState; report: StepReport } {
  const { terms, gradients } = evaluate(objective, weights, batch);
  const gradientNorm = globalNorm(gradients);
  if (!Number.isFinite(terms.total) || !Number.isFinite(gradientNorm)) {
    throw new DivergedError(
      `Step ${step + 1} gave a loss of ${terms.total} and a gradient of length ${gradientNorm}.`,
    );
  }
  const rate = learningRate(step, { peak: options.learningRate, steps: options.steps });
  const moved = adamStep(weights, clipped(gradients, MAX_GRADIENT_NORM), adam, rate);
  return {
    state: {
      step: step + 1,
      weights: moved.weights,
      average: movingAverage(average, moved.weights, averageDecay(step + 1)),
      adam: moved.state,
    },
    report: { step: step + 1, terms, gradientNorm, learningRate: rate },
  };
}
