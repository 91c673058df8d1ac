/** Hyperparameters -> what an optimization of pixels is told. */

import type { Extent } from '../pictures/picture.ts';
import type { ObjectiveValues, OptimizationValues } from './hyperparameters.ts';
import type { LossWeights, ObjectiveOptions } from './objective.ts';
import { OUT_OF_RANGE_WEIGHT, objectiveOptions } from './recipe.ts';

type Weighed = 'contentWeight' | 'styleWeight' | 'maxSize';

export type OptimizeOptions = Omit<OptimizationValues, keyof ObjectiveValues | Weighed> & {
  readonly lossWeights: LossWeights;
  readonly objective: ObjectiveOptions;
};

/**
 * For a painting of this size. Throws a `HyperparameterError` where its coarsest level is too small
 * for so many scales.
 */
export function optimizeOptions(
  values: OptimizationValues,
  { width, height }: Extent,
): OptimizeOptions {
  const { contentWeight, styleWeight, tvWeight, levels } = values;
  const coarsest = Math.floor(Math.min(width, height) / 2 ** (levels - 1));
  return {
    ...values,
    lossWeights: {
      content: contentWeight,
      style: styleWeight,
      totalVariation: tvWeight,
      outOfRange: OUT_OF_RANGE_WEIGHT,
      lattice: 0,
      halo: 0,
    },
    objective: objectiveOptions(values, coarsest),
  };
}
