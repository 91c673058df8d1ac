/**
 * The training losses as pure tensor functions. All are relative: a squared difference divided by
 * the mean square of its target, so that one set of weights serves every painting.
 */

import * as tf from '@tensorflow/tfjs-core';

/**
 * Channel correlations of features: [n, h, w, c] -> [n, c, c], divided by h * w
 * (Gatys et al., "Image style transfer using convolutional neural networks", 2016, equation 3).
 */
export function gramMatrix(features: tf.Tensor4D): tf.Tensor3D {
  return crossGramMatrix(features, features);
}

/**
 * Correlations between the channels of two layers at one resolution: [n, h, w, a] and
 * [n, h, w, b] -> [n, a, b], divided by h * w (Novak & Nikulin, "Improving the neural algorithm of
 * artistic style", 2016).
 */
export function crossGramMatrix(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor3D {
  const [, height, width] = first.shape;
  return tf.div(tf.matMul(rows(first), rows(second), true, false), height * width);
}

/** [n, h, w, c] -> [n, h * w, c]. */
function rows(features: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channels] = features.shape;
  return tf.reshape(features, [batch, height * width, channels]);
}

/** mean(value²), a scalar. */
export function meanSquare(value: tf.Tensor): tf.Scalar {
  return tf.mean(tf.square(value));
}

/** mean((value - target)²) / mean(target²), a scalar. The target may have a batch of one. */
export function relativeSquaredError(value: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.div(tf.mean(tf.squaredDifference(value, target)), meanSquare(target));
}

/**
 * Deep features of the painting against the photograph's, both [n, h, w, c], over a given mean
 * square of the latter. `weights` [n, h, w, 1], of mean 1, say where the difference counts.
 */
export function contentLoss(
  painting: tf.Tensor4D,
  photo: tf.Tensor4D,
  photoMeanSquare: number,
  weights?: tf.Tensor4D,
): tf.Scalar {
  const difference = tf.squaredDifference(painting, photo);
  const weighted = weights === undefined ? difference : tf.mul(difference, weights);
  return tf.div(tf.mean(weighted), photoMeanSquare);
}

/** Mean squared difference of vertical plus of horizontal neighbors; pictures [n, h, w, 3]. */
export function totalVariation(pictures: tf.Tensor4D): tf.Scalar {
  const [batch, height, width, channels] = pictures.shape;
  const part = (y: number, x: number, h: number, w: number) =>
    tf.slice4d(pictures, [0, y, x, 0], [batch, h, w, channels]);
  const vertical = tf.squaredDifference(
    part(1, 0, height - 1, width),
    part(0, 0, height - 1, width),
  );
  const horizontal = tf.squaredDifference(
    part(0, 1, height, width - 1),
    part(0, 0, height, width - 1),
  );
  return tf.add(tf.mean(vertical), tf.mean(horizontal));
}

/** Mean distance of values from the range 0..1. */
export function outOfRange(pictures: tf.Tensor4D): tf.Scalar {
  const above = tf.relu(tf.sub(pictures, 1));
  const below = tf.relu(tf.neg(pictures));
  return tf.mean(tf.add(above, below));
}
