/** What a training run is told, and the values that were found to paint well. */

import type { LossWeights } from './objective.ts';

export interface TrainingOptions {
  readonly steps: number;
  readonly batch: number;
  /** Side of the square crops in pixels. */
  readonly crop: number;
  readonly learningRate: number;
  readonly lossWeights: LossWeights;
  readonly seed: number;
}

/** The recipe's values. */
export const RECIPE: TrainingOptions = {
  steps: 480,
  batch: 4,
  crop: 224,
  learningRate: 2e-3,
  lossWeights: { content: 1, style: 10, totalVariation: 0.1, outOfRange: 1 },
  seed: 0,
};
