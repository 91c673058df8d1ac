/** Image pyramids: a picture at its own size, at half of it, at a quarter and so on. */

import * as tf from '@tensorflow/tfjs-core';

/** `levels` pictures [n, h / 2^i, w / 2^i, c], the first being `pictures` itself. */
export function pyramid(pictures: tf.Tensor4D, levels: number): tf.Tensor4D[] {
  const all = [pictures];
  while (all.length < levels) all.push(halved(all[all.length - 1] ?? pictures));
  return all;
}

/** Means of 2x2 blocks; an odd last row or column is left out. */
export function halved(x: tf.Tensor4D): tf.Tensor4D {
  return tf.avgPool(x, 2, 2, 'valid');
}
