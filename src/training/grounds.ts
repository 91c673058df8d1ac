/**
 * Grounds that photographs to practice on rarely have: a part of a crop is laid on white, on a color, on a
 * dark or a graded ground, with edges from soft to hard. Networks that never saw them paint boards,
 * halos and frames.
 */

import * as tf from '@tensorflow/tfjs-core';
import { randomSequence } from './crops.ts';

/** Apart from the seeds that choose crops and noise. */
const SEED_OFFSET = 0x67726f75;

const WHITE_SHARE = 0.4;
const DARK_SHARE = 0.15;
const GRADED_SHARE = 0.5;

/** How steeply the photograph gives way to the ground. */
const EDGES = [8, 40, 150];

/** Of the crop that the ground takes. */
const MIN_GROUND = 0.3;
const MAX_GROUND = 0.85;

/** Above this part of the photograph, a pixel belongs to what stands on the ground. */
const COVERED = 0.02;

export interface Shown {
  /** [n, side, side, 3] in 0..1. */
  readonly photos: tf.Tensor4D;
  /** [n, side, side, 1]: 1 where a photograph covers a plain ground; 0 everywhere for crops that have none. */
  readonly covered: tf.Tensor4D;
}

/**
 * Crops [n, side, side, 3] in 0..1, those of a step from number `first` on, of which about `share` are on a
 * ground. Disposes of what came in.
 */
export function onGrounds(
  crops: tf.Tensor4D,
  share: number,
  { seed, step, first }: { readonly seed: number; readonly step: number; readonly first: number },
): Shown {
  const shown = tf.tidy(() => {
    const parts = tf.split(crops, crops.shape[0]).map((crop, i) => {
      const random = randomSequence(seed + SEED_OFFSET + first + i, step);
      return random() < share ? onGround(crop as tf.Tensor4D, random) : alone(crop as tf.Tensor4D);
    });
    return {
      photos: tf.concat(parts.map(({ photos }) => photos)),
      covered: tf.concat(parts.map(({ covered }) => covered)),
    };
  });
  crops.dispose();
  return shown;
}

function alone(crop: tf.Tensor4D): Shown {
  const [, height, width] = crop.shape;
  return { photos: tf.clone(crop), covered: tf.zeros([1, height, width, 1]) };
}

function onGround(crop: tf.Tensor4D, random: () => number): Shown {
  const side = crop.shape[1];
  const mask = randomMask(side, random);
  const { ground, isPlain } = randomGround(side, random);
  const photos: tf.Tensor4D = tf.add(ground, tf.mul(mask, tf.sub(crop, ground)));
  if (!isPlain) return { ...alone(crop), photos };
  return { photos, covered: tf.cast(tf.greater(mask, COVERED), 'float32') };
}

/** [1, side, side, 1]: 1 where the photograph stays. */
function randomMask(side: number, random: () => number): tf.Tensor4D {
  const cells = 2 + Math.floor(random() * 3);
  const field = tf.image.resizeBilinear(randomTensor(cells, 1, random), [side, side], false, true);
  const values = field.dataSync().slice().sort();
  const part = MIN_GROUND + random() * (MAX_GROUND - MIN_GROUND);
  const threshold = values[Math.floor(part * (values.length - 1))]!;
  const edge = EDGES[Math.floor(random() * EDGES.length)]!;
  return tf.sigmoid(tf.mul(tf.sub(field, threshold), edge));
}

/** [1, side, side, 3] in 0..1, and whether it is one color. */
function randomGround(side: number, random: () => number) {
  const kind = random();
  const brightest = kind < WHITE_SHARE + DARK_SHARE ? 0.15 : 1;
  const color = [0, 1, 2].map(() => (kind < WHITE_SHARE ? 1 : random() * brightest));
  const plain: tf.Tensor4D = tf.tile(tf.tensor4d(color, [1, 1, 1, 3]), [1, side, side, 1]);
  if (random() >= GRADED_SHARE) return { ground: plain, isPlain: true };
  const corners = tf.mul(tf.sub(randomTensor(2, 3, random), 0.5), 0.3) as tf.Tensor4D;
  const grades = tf.image.resizeBilinear(corners, [side, side], true);
  const ground: tf.Tensor4D = tf.clipByValue(tf.add(plain, grades), 0, 1);
  return { ground, isPlain: false };
}

function randomTensor(side: number, channels: number, random: () => number): tf.Tensor4D {
  const values = Float32Array.from({ length: side * side * channels }, random);
  return tf.tensor4d(values, [1, side, side, channels]);
}
