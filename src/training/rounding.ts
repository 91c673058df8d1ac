/**
 * Half precision as training meets it: TensorFlow.js computes in float32, so what mixed precision
 * would store in 16 bits, activations on the way forward and their gradients on the way back, is
 * rounded to the values that 16 bits can hold (Micikevicius et al., "Mixed precision training", 2018).
 */

import * as tf from '@tensorflow/tfjs-core';
import type { Precision } from './precision.ts';

/** Differentiable: rounds the values of a tensor, and later those of its gradient. */
export type Rounding = <T extends tf.Tensor>(x: T) => T;

export const exact: Rounding = (x) => x;

/** Rounding to this precision in both directions; for float32 none. */
export function roundingTo(precision: Precision): Rounding {
  if (precision === 'float32') return exact;
  const rounded = precision === 'bfloat16' ? toBfloat16 : toFloat16;
  const bothWays = tf.customGrad((x) => ({
    value: rounded(x as tf.Tensor),
    gradFunc: (gradient) => rounded(gradient),
  }));
  return <T extends tf.Tensor>(x: T) => bothWays(x) as T;
}

/** To the nearest of float32's values with 8 significant bits. */
function toBfloat16(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => significantBits(x, 8));
}

const FLOAT16_MAX = 65504;
const FLOAT16_MIN_NORMAL = 2 ** -14;

/** One above which the neighbors of a float32 are as far apart as float16's smallest values. */
const FLOAT16_SUBNORMAL_SHIFT = 0.75;

/** To the nearest float16: 11 significant bits, coarser near zero, infinite above the greatest. */
function toFloat16(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const size = tf.abs(x);
    const normal = significantBits(x, 11);
    const small = tf.sub(tf.add(x, FLOAT16_SUBNORMAL_SHIFT), FLOAT16_SUBNORMAL_SHIFT);
    const infinite = tf.mul(tf.sign(x), Number.POSITIVE_INFINITY);
    const finite = tf.where(tf.less(size, FLOAT16_MIN_NORMAL), small, normal);
    return tf.where(tf.greater(tf.abs(normal), FLOAT16_MAX), infinite, finite);
  });
}

/** Dekker's splitting ("A floating-point technique for extending the available precision", 1971). */
function significantBits(x: tf.Tensor, bits: number): tf.Tensor {
  const split = tf.mul(x, 2 ** (24 - bits) + 1);
  return tf.sub(split, tf.sub(split, x));
}
