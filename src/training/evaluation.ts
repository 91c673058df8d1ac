/** What a finished painting scores, however it was made. */

import * as tf from '@tensorflow/tfjs-core';
import type { Picture } from '../pictures/picture.ts';
import { toTensor } from './crops.ts';
import { type LossTerms, termsOf } from './gradients.ts';
import type { LossNetwork } from './loss-network/loss-network.ts';
import {
  LOSS_NAMES,
  type LossWeights,
  lossTensors,
  type ObjectiveOptions,
  photoTargets,
} from './objective.ts';
import { exact } from './rounding.ts';
import { scoped } from './scope.ts';
import { styleTargets } from './style-targets.ts';

/** Losses of a painting of a photograph of the same size, relative to their targets. */
export type LossMeasure = (photo: Picture, painting: Picture) => LossTerms;

/** Measures against these paintings; they are kept in memory for as long as the process lives. */
export function lossMeasure(
  lossNetwork: LossNetwork,
  paintings: readonly { readonly picture: Picture; readonly weight: number }[],
  options: ObjectiveOptions,
): LossMeasure {
  const targets = tf.tidy(() =>
    styleTargets(
      lossNetwork,
      paintings.map(({ picture, weight }) => ({ pixels: toTensor(picture), weight })),
      options,
    ),
  );
  const objective = { lossNetwork, styleTargets: targets, options, round: exact };
  return (photo, painting) =>
    scoped(() => {
      const ofPhoto = photoTargets(objective, toTensor(photo));
      return termsOf(lossTensors(objective, toTensor(painting), ofPhoto));
    });
}

/** The weighted sum that training makes small. */
export function totalLoss(terms: LossTerms, weights: LossWeights): number {
  return LOSS_NAMES.reduce((sum, name) => sum + weights[name] * terms[name], 0);
}
