/**
 * Halos: rings around what stands on an even ground, painted in another color than the ground farther away. The
 * losses of features do not see them.
 */

import * as tf from '@tensorflow/tfjs-core';

/** Pixels by which each ring reaches farther than the one inside of it; what follows the last gap is far. */
const WIDTHS = [6, 6, 12];
const GAP = 16;

/** Parts of a picture that a ring, and the far ground, must have for their mean colors to say something. */
const MIN_RING = 0.01;
const MIN_FAR = 0.08;

/** Masks of the rings and, last, of the far ground. */
export const SURROUNDINGS = WIDTHS.length + 1;

/** Where `covered` [n, h, w, 1] is 1, something stands: the rings around it, [n, h, w, {@link SURROUNDINGS}] of 0 and 1. */
export function surroundings(covered: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const grown = (by: number, from: tf.Tensor4D) => tf.maxPool(from, 2 * by + 1, 1, 'same');
    const reaches = [covered];
    for (const width of WIDTHS) reaches.push(grown(width, reaches.at(-1)!));
    const rings = WIDTHS.map((_, i) => tf.sub(reaches[i + 1]!, reaches[i]!));
    const far = tf.sub(1, grown(GAP, reaches.at(-1)!));
    return tf.concat([...rings, far] as tf.Tensor4D[], 3);
  });
}

/**
 * Mean difference in color between rings and far ground, a scalar: paintings [n, h, w, 3] in 0..1 and their
 * {@link surroundings}. A picture in which nothing stands has none.
 */
export function halo(paintings: tf.Tensor4D, around: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => {
    const [batch, height, width] = paintings.shape;
    const masks = tf.reshape(around, [batch, height * width, SURROUNDINGS]);
    const pixels = tf.reshape(paintings, [batch, height * width, 3]);
    const counts = tf.sum(masks, 1, true);
    const sums = tf.matMul(masks, pixels, true, false);
    const means = tf.div(sums, tf.add(tf.transpose(counts, [0, 2, 1]), 1e-6));
    const rings = tf.slice(means, [0, 0, 0], [batch, WIDTHS.length, 3]);
    const far = tf.slice(means, [0, WIDTHS.length, 0], [batch, 1, 3]);
    const differences = tf.mean(tf.abs(tf.sub(rings, far)), 2);
    const valid = looked(tf.reshape(counts, [batch, SURROUNDINGS]), height * width);
    const found = tf.sum(tf.mul(differences, valid));
    return tf.div(found, tf.maximum(tf.sum(valid), 1)) as tf.Scalar;
  });
}

/** [n, rings] of 0 and 1: where ring and far ground are both large enough. */
function looked(counts: tf.Tensor2D, area: number): tf.Tensor {
  const [batch] = counts.shape;
  const rings = tf.slice2d(counts, [0, 0], [batch, WIDTHS.length]);
  const far = tf.slice2d(counts, [0, WIDTHS.length], [batch, 1]);
  const large = tf.logicalAnd(tf.greater(rings, MIN_RING * area), tf.greater(far, MIN_FAR * area));
  return tf.cast(large, 'float32');
}
