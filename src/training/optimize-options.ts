/** What an optimization of pixels is told. */

import type { LossWeights, ObjectiveOptions } from './objective.ts';

export const OPTIMIZERS = ['lbfgs', 'adam'] as const;
export const STARTS = ['photo', 'noised', 'noise'] as const;

export interface OptimizeOptions {
  readonly iterations: number;
  readonly optimizer: (typeof OPTIMIZERS)[number];
  /** Of Adam, in the range of the pixels, 0..1. */
  readonly learningRate: number;
  /** The photograph itself, the photograph with noise over it, or noise alone. */
  readonly start: (typeof STARTS)[number];
  /** How far noise reaches up and down from its middle, in the range of the pixels. */
  readonly noise: number;
  /** Coarse to fine: each level doubles the size of the one before, the last is the picture's. */
  readonly levels: number;
  readonly lossWeights: LossWeights;
  readonly objective: ObjectiveOptions;
  readonly seed: number;
}
