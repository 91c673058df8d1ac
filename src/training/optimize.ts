/**
 * The original method: the pixels themselves are optimized (Gatys et al., "Image style transfer
 * using convolutional neural networks", 2016). Slow, and the lossMeasure for what a network paints.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { Picture } from '../pictures/picture.ts';
import { adamStep, initialAdam } from './adam.ts';
import { randomSequence, toTensor } from './crops.ts';
import { type LossTerms, termsOf } from './gradients.ts';
import { type Evaluated, lbfgs } from './lbfgs.ts';
import type { LossNetwork } from './loss-network/loss-network.ts';
import {
  type LossTensors,
  lossTensors,
  type Objective,
  type PhotoTargets,
  photoTargets,
  weightedSum,
} from './objective.ts';
import type { OptimizeOptions } from './optimize-options.ts';
import { exact } from './rounding.ts';
import { styleTargets } from './style-targets.ts';

export interface OptimizeData {
  readonly photo: Picture;
  /** White where shape is to be kept; of the photograph's size. */
  readonly mask?: Picture;
  readonly paintings: readonly { readonly picture: Picture; readonly weight: number }[];
}

export interface Iteration {
  /** From 1, counted over all levels. */
  readonly iteration: number;
  readonly terms: LossTerms;
  /** The weighted sum of the terms. */
  readonly total: number;
  /** What has been painted so far, at this level's size. */
  picture(): Picture;
}

/** Paints, one yielded iteration at a time. An optimizer that finds nothing better ends its level. */
export function* optimize(
  data: OptimizeData,
  lossNetwork: LossNetwork,
  options: OptimizeOptions,
): Generator<Iteration> {
  let painted: tf.Tensor4D | undefined;
  let done = 0;
  try {
    for (let level = 0; level < options.levels; level += 1) {
      const scale = 2 ** (level + 1 - options.levels);
      const photo = shrunk(data.photo, scale);
      const start = startingPicture(photo, painted, options);
      painted?.dispose();
      const until = Math.round((options.iterations * (level + 1)) / options.levels);
      const run = optimizeLevel(start, photo, { ...data, scale }, lossNetwork, options);
      let pixels = start.dataSync<'float32'>();
      for (let i = done; i < until; i += 1) {
        const next = run.next();
        if (next.done) break;
        done += 1;
        pixels = next.value.x;
        yield report(done, next.value, photo.shape);
      }
      run.return(undefined);
      painted = tf.tensor4d(pixels, photo.shape);
      tf.dispose([photo, start]);
    }
  } finally {
    painted?.dispose();
  }
}

interface Found {
  readonly x: Float32Array;
  readonly value: number;
  readonly details: LossTerms;
}

function* optimizeLevel(
  start: tf.Tensor4D,
  photo: tf.Tensor4D,
  { paintings, mask, scale }: OptimizeData & { scale: number },
  lossNetwork: LossNetwork,
  options: OptimizeOptions,
): Generator<Found> {
  const ofPaintings = tf.tidy(() => {
    const styles = paintings.map(({ picture, weight }) => ({
      pixels: shrunk(picture, scale),
      weight,
    }));
    return styleTargets(lossNetwork, styles, options.objective);
  });
  const objective: Objective = {
    lossNetwork,
    styleTargets: ofPaintings,
    options: options.objective,
    round: exact,
  };
  const masks = mask && tf.tidy(() => tf.mean(shrunk(mask, scale), 3, true) as tf.Tensor4D);
  const targets = photoTargets(objective, photo, masks);
  masks?.dispose();
  const evaluate = (x: Float32Array) => evaluatePixels(x, photo.shape, objective, targets, options);
  try {
    const pixels = start.dataSync<'float32'>().slice();
    yield* options.optimizer === 'lbfgs'
      ? lbfgs(pixels, evaluate)
      : adam(pixels, evaluate, options.learningRate);
  } finally {
    tf.dispose([ofPaintings, targets.scales]);
  }
}

function* adam(
  start: Float32Array,
  evaluate: (x: Float32Array) => Evaluated<LossTerms>,
  learningRate: number,
): Generator<Found> {
  const asWeights = (data: Float32Array) => new Map([['pixels', { shape: [data.length], data }]]);
  let weights = asWeights(start);
  let state = initialAdam(weights);
  for (;;) {
    const { data } = weights.get('pixels')!;
    const { value, gradient, details } = evaluate(data);
    yield { x: data, value, details };
    const moved = adamStep(weights, asWeights(gradient), state, learningRate);
    weights = new Map(moved.weights) as typeof weights;
    state = moved.state;
  }
}

function evaluatePixels(
  x: Float32Array,
  shape: tf.Tensor4D['shape'],
  objective: Objective,
  targets: PhotoTargets,
  { lossWeights }: OptimizeOptions,
): Evaluated<LossTerms> {
  let losses: LossTensors | undefined;
  const { value, grad } = tf.tidy(() =>
    tf.valueAndGrad((pixels) => {
      losses = lossTensors(objective, pixels as tf.Tensor4D, targets);
      for (const loss of losses) tf.keep(loss);
      return weightedSum(losses, lossWeights);
    })(tf.tensor4d(x, shape)),
  );
  const outcome = {
    value: value.dataSync()[0] ?? Number.NaN,
    gradient: grad.dataSync<'float32'>(),
    details: termsOf(losses!),
  };
  tf.dispose([value, grad, ...losses!]);
  return outcome;
}

function report(iteration: number, found: Found, shape: tf.Tensor4D['shape']): Iteration {
  const [, height, width] = shape;
  return {
    iteration,
    terms: found.details,
    total: found.value,
    picture: () => ({
      width,
      height,
      data: Uint8Array.from(found.x, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255)),
    }),
  };
}

/** What was painted at the level before, enlarged; or what the options say. */
function startingPicture(
  photo: tf.Tensor4D,
  painted: tf.Tensor4D | undefined,
  { start, noise, seed }: OptimizeOptions,
): tf.Tensor4D {
  const [, height, width] = photo.shape;
  if (painted) return tf.image.resizeBilinear(painted, [height, width], false, true);
  if (start === 'photo') return tf.clone(photo);
  return tf.tidy(() => {
    const random = randomSequence(seed, 0);
    const values = Float32Array.from({ length: photo.size }, () => (random() * 2 - 1) * noise);
    const field = tf.tensor4d(values, photo.shape);
    return tf.clipByValue(tf.add(field, start === 'noise' ? 0.5 : photo), 0, 1) as tf.Tensor4D;
  });
}

/** [1, h, w, 3] in 0..1 at a part of the size, 1, 1/2, 1/4 and so on. */
function shrunk(picture: Picture, scale: number): tf.Tensor4D {
  return tf.tidy(() => {
    const whole = toTensor(picture);
    if (scale === 1) return whole;
    const block = Math.round(1 / scale);
    return tf.avgPool(whole, block, block, 'same');
  });
}
