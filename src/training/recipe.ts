/** What a training run is told, and the values that were found to paint well. */

import type { LossWeights, ObjectiveOptions } from './objective.ts';
import type { Precision } from './precision.ts';
import type { Curve, Range } from './schedule.ts';

export interface TrainingOptions {
  readonly steps: number;
  /** Crops in a step, those of all workers taken together. */
  readonly batch: number;
  /** Side of the square crops in pixels. */
  readonly crop: Range;
  /** How far photographs are reduced and enlarged. */
  readonly photoScale: Range;
  /** Part of the crops that are laid on a ground of their own, 0..1; none where there are masks. */
  readonly groundShare: number;
  /** Peak of the learning rate. */
  readonly learningRate: number;
  /** Steps in which the learning rate rises to its peak. */
  readonly warmUp: number;
  /** Part of the learning rate that is left at the end, 0..1. */
  readonly learningRateFloor: number;
  /** Gradients longer than this, all taken together, are shortened to it. */
  readonly maxGradientNorm: number;
  readonly contentWeight: Range;
  readonly styleWeight: Range;
  /** How the two weights above move from their start to their end. */
  readonly weightCurve: Curve;
  /**
   * Where given, the style weight is adapted so that style pulls this many times as hard as content
   * at the painted pixels; it starts from `styleWeight`.
   */
  readonly gradientRatio: number | undefined;
  readonly fixedWeights: Pick<LossWeights, 'totalVariation' | 'outOfRange'>;
  readonly objective: ObjectiveOptions;
  readonly precision: Precision;
  readonly seed: number;
}

export const always = (value: number): Range => ({ from: value, to: value });

/** The recipe's values. */
export const RECIPE: TrainingOptions = {
  steps: 480,
  batch: 4,
  crop: always(224),
  photoScale: { from: 0.65, to: 2.5 },
  groundShare: 0.2,
  learningRate: 2e-3,
  warmUp: 50,
  learningRateFloor: 0.03,
  maxGradientNorm: 1,
  contentWeight: always(1),
  styleWeight: always(10),
  weightCurve: 'linear',
  gradientRatio: undefined,
  fixedWeights: { totalVariation: 0.1, outOfRange: 1 },
  objective: {
    styleLayers: { relu1_1: 1, relu2_1: 1, relu3_1: 1, relu4_1: 1, relu5_1: 1 },
    contentLayers: {},
    fuseLayers: false,
    scales: 1,
    attention: 0,
  },
  precision: 'float32',
  seed: 0,
};
