/** Hyperparameters -> what the trainer is told; values that do not go together are refused. */

import { HyperparameterError, withDefaults } from './hyperparameter.ts';
import {
  MIN_SIDE,
  type ObjectiveValues,
  TRAINING,
  type TrainingValues,
} from './hyperparameters.ts';
import type { LossWeights, ObjectiveOptions } from './objective.ts';
import type { Range } from './schedule.ts';

export type TrainingOptions = Omit<TrainingValues, keyof ObjectiveValues> & {
  readonly fixedWeights: Omit<LossWeights, 'content' | 'style'>;
  readonly objective: ObjectiveOptions;
};

/** What else a run consists of, as far as values must go together with it. */
export interface TrainingContext {
  /** Whether pictures say where shape is to be kept. */
  readonly masked: boolean;
  /** Processes that share every batch. */
  readonly workers: number;
}

export const OUT_OF_RANGE_WEIGHT = 1;

export const always = (value: number): Range => ({ from: value, to: value });

/** Throws a {@link HyperparameterError} where values do not go together. */
export function trainingOptions(
  values: TrainingValues,
  { masked, workers }: TrainingContext = { masked: false, workers: 1 },
): TrainingOptions {
  const { batch, crop, tvWeight, latticeWeight, haloWeight } = values;
  if (batch % workers !== 0) {
    throw new HyperparameterError('batch', `that ${workers} workers can share, got ${batch}`);
  }
  if (masked) checkMasked(values);
  return {
    ...values,
    fixedWeights: {
      totalVariation: tvWeight,
      outOfRange: OUT_OF_RANGE_WEIGHT,
      lattice: latticeWeight,
      halo: haloWeight,
    },
    objective: objectiveOptions(values, Math.min(crop.from, crop.to)),
  };
}

/** Throws a {@link HyperparameterError} where masks would say nothing. */
export function checkMasked({ attention }: Pick<ObjectiveValues, 'attention'>): void {
  if (attention === 0) {
    throw new HyperparameterError('attention', 'above 0 beside masks, got 0');
  }
}

/**
 * `side` is that of the smallest pictures that are compared, in pixels. Throws a
 * {@link HyperparameterError} where it is too small for so many scales.
 */
export function objectiveOptions(values: ObjectiveValues, side: number): ObjectiveOptions {
  const { layerWeights, contentLayers, fuseLayers, scales, attention, paintingSize } = values;
  const least = MIN_SIDE * 2 ** (scales - 1);
  const smallest = Math.min(side, paintingSize);
  if (smallest < least) {
    const wanted = `that pictures are large enough for: at least ${least} pixels for ${scales} scales, got ${smallest}`;
    throw new HyperparameterError('scales', wanted);
  }
  return { styleLayers: layerWeights, contentLayers, fuseLayers, scales, attention };
}

/** What was found to paint well. */
export const RECIPE: TrainingOptions = trainingOptions(withDefaults(TRAINING));
