/** Random square crops of photographs: seeded, so that a run can be repeated and resumed. */

import * as tf from '@tensorflow/tfjs-core';
import type { Picture } from '../core/picture.ts';

export interface CropOptions {
  /** Crops in a batch. */
  readonly batch: number;
  /** Side of a crop in pixels; shorter photographs are enlarged. */
  readonly side: number;
}

/** Uniform in 0..1, a function of seed, step and position alone (mulberry32 over a mixed seed). */
export function randomSequence(seed: number, step: number): () => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** [batch, side, side, 3] in 0..1: for each a photograph, a place, a scale and a mirroring. */
export function randomCrops(
  photos: readonly Picture[],
  { batch, side }: CropOptions,
  random: () => number,
): tf.Tensor4D {
  return tf.tidy(() => {
    const crops = Array.from({ length: batch }, () => randomCrop(photos, side, random));
    return tf.concat(crops, 0);
  });
}

function randomCrop(photos: readonly Picture[], side: number, random: () => number): tf.Tensor4D {
  const photo = photos[Math.floor(random() * photos.length)];
  if (photo === undefined) throw new TypeError('Expected at least one photograph.');
  const short = Math.min(photo.width, photo.height);
  const least = Math.min(side, short);
  const size = Math.floor(least + random() * (short + 1 - least));
  const y = Math.floor(random() * (photo.height - size + 1));
  const x = Math.floor(random() * (photo.width - size + 1));
  const mirror = random() < 0.5;
  const whole = toTensor(photo);
  const part = tf.slice4d(whole, [0, y, x, 0], [1, size, size, 3]);
  const crop = tf.image.resizeBilinear(part, [side, side], false, true);
  return mirror ? tf.reverse4d(crop, 2) : crop;
}

/** [1, h, w, 3] in 0..1. */
export function toTensor({ width, height, data }: Picture): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.tensor4d(data, [1, height, width, 3], 'float32'), 255));
}
