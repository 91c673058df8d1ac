/** Random crops of photographs, the same for the same seed and step. */

import * as tf from '@tensorflow/tfjs-core';
import type { Picture } from '../pictures/picture.ts';
import type { Range } from './schedule.ts';

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

/** A square of one photograph. */
export interface Crop {
  /** Which photograph. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** Side of the square in pixels of the photograph. */
  readonly size: number;
  readonly mirror: boolean;
}

/**
 * So many random crops to be shown at `side` pixels. Where `scale` is given, photographs are reduced and
 * enlarged within it: enlarged, they are as smooth as large photographs are. Without it, the squares are at
 * least `side` pixels large where the photograph is.
 */
export function randomCrops(
  photos: readonly Picture[],
  count: number,
  side: number,
  random: () => number,
  scale?: Range,
): Crop[] {
  return Array.from({ length: count }, () => randomCrop(photos, side, random, scale));
}

function randomCrop(
  photos: readonly Picture[],
  side: number,
  random: () => number,
  scale?: Range,
): Crop {
  const index = Math.floor(random() * photos.length);
  const photo = photos[index];
  if (photo === undefined) throw new TypeError('Expected at least one photograph.');
  const short = Math.min(photo.width, photo.height);
  const size = scale
    ? Math.max(1, Math.min(short, Math.round(side / between(scale, random()))))
    : atLeast(Math.min(side, short), short, random());
  const y = Math.floor(random() * (photo.height - size + 1));
  const x = Math.floor(random() * (photo.width - size + 1));
  return { index, x, y, size, mirror: random() < 0.5 };
}

function atLeast(least: number, most: number, part: number): number {
  return Math.floor(least + part * (most + 1 - least));
}

/** All ratios alike: halving is as likely as doubling. */
function between({ from, to }: Range, part: number): number {
  return from * (to / from) ** part;
}

/** The crops as [n, side, side, 3] in 0..1. */
export function cropped(
  pictures: readonly Picture[],
  crops: readonly Crop[],
  side: number,
): tf.Tensor4D {
  return tf.tidy(() => tf.concat(crops.map((crop) => cutOut(pictures[crop.index]!, crop, side))));
}

function cutOut(picture: Picture, { x, y, size, mirror }: Crop, side: number): tf.Tensor4D {
  const part = tf.slice4d(toTensor(picture), [0, y, x, 0], [1, size, size, 3]);
  const crop = tf.image.resizeBilinear(part, [side, side], false, true);
  return mirror ? tf.reverse4d(crop, 2) : crop;
}

/** [1, h, w, 3] in 0..1. */
export function toTensor({ width, height, data }: Picture): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.tensor4d(data, [1, height, width, 3], 'float32'), 255));
}
