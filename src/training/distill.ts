/**
 * Distillation (Hinton et al., "Distilling the knowledge in a neural network", 2015): a lighter
 * network learns to paint what a trained one paints. No loss network is needed, so that a step is
 * cheap.
 */

import * as tf from '@tensorflow/tfjs-core';
import { networkOf, type Tensor, type Weights } from '../network/weights.ts';
import type { Picture } from '../pictures/picture.ts';
import { adamStep, clipped, globalNorm, initialAdam, movingAverage } from './adam.ts';
import { cropped, randomCrops, randomSequence } from './crops.ts';
import { DivergedError } from './diverged.ts';
import { fromTensor, toTensor } from './gradients.ts';
import { onGrounds } from './grounds.ts';
import type { DistillationValues } from './hyperparameters.ts';
import { forward, type Parameters } from './network.ts';
import { freshNoise, paddedSide } from './noise.ts';
import { pyramid } from './pyramid.ts';
import { RECIPE } from './recipe.ts';
import { averageDecay, learningRate } from './schedule.ts';
import { scoped } from './scope.ts';

export interface DistillationReport {
  /** From 1. */
  readonly step: number;
  /** Mean absolute difference between the two networks' paintings of this step, of 255. */
  readonly difference: number;
}

/** Pixels mirrored around each crop while training. */
const MARGIN = 8;

const MAX_GRADIENT_NORM = 1;
const WARM_UP = 30;
const FLOOR = 0.02;

/** Paintings are compared at full size, half and a quarter: strokes that moved a little count less. */
const SCALES = 3;

/**
 * Trains from `start` and yields the moving average of the weights after each step: what ships.
 * Throws a {@link DivergedError} on gradients that are not finite.
 */
export function* distill(
  teacher: Weights,
  start: Weights,
  photos: readonly Picture[],
  options: DistillationValues,
): Generator<{ weights: Weights; report: DistillationReport }> {
  const schedule = { peak: options.learningRate, steps: options.steps, warmUp: WARM_UP };
  let [weights, average, adam] = [start, start, initialAdam(start)];
  for (let step = 0; step < options.steps; step += 1) {
    const { difference, gradients } = lesson(teacher, weights, photos, step, options);
    if (!Number.isFinite(globalNorm(gradients))) {
      throw new DivergedError(`Step ${step + 1} gave gradients that are not finite.`);
    }
    const rate = learningRate(step, { ...schedule, floor: FLOOR });
    const moved = adamStep(weights, clipped(gradients, MAX_GRADIENT_NORM), adam, rate);
    [weights, adam] = [moved.weights, moved.state];
    average = movingAverage(average, weights, averageDecay(step + 1));
    yield { weights: average, report: { step: step + 1, difference } };
  }
}

function lesson(
  teacher: Weights,
  student: Weights,
  photos: readonly Picture[],
  step: number,
  { batch, crop, seed }: DistillationValues,
): { difference: number; gradients: Weights } {
  const { photoScale, groundShare } = RECIPE;
  return scoped(() => {
    const crops = randomCrops(photos, batch, crop, randomSequence(seed, step), photoScale);
    const place = { seed, step, first: 0 };
    const { photos: pixels } = onGrounds(cropped(photos, crops, crop), groundShare, place);
    const network = networkOf(student);
    const side = paddedSide({ network, margin: MARGIN }, crop);
    const noise = freshNoise(seed, step, { first: 0, count: batch }, side);
    const shown = forward(networkOf(teacher), tensors(teacher), pixels, { margin: MARGIN, noise });
    const targets = pyramid(clippedToWhite(shown), SCALES);
    const names = [...student.keys()];
    let difference = Number.NaN;
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const parameters = new Map(names.map((name, i) => [name, values[i]!]));
      const painted = pyramid(
        forward(network, parameters, pixels, { margin: MARGIN, noise }),
        SCALES,
      );
      const losses = painted.map((level, i) => meanAbsolute(tf.sub(level, targets[i]!)));
      difference = (losses[0]!.dataSync()[0] ?? Number.NaN) * 255;
      return tf.addN(losses) as tf.Scalar;
    };
    const { grads } = tf.valueAndGrads(loss)([...tensors(student).values()]);
    const gradients = names.map((name, i): [string, Tensor] => [name, fromTensor(grads[i]!)]);
    return { difference, gradients: new Map(gradients) };
  });
}

function tensors(weights: Weights): Parameters {
  return new Map([...weights].map(([name, tensor]) => [name, toTensor(tensor)]));
}

/** As it is seen; what lies beyond black and white need not be learned. */
function clippedToWhite(painting: tf.Tensor4D): tf.Tensor4D {
  return tf.clipByValue(painting, 0, 1);
}

function meanAbsolute(values: tf.Tensor): tf.Scalar {
  return tf.mean(tf.abs(values));
}
