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
  const [batch, height, width, channels] = features.shape;
  const rows = tf.reshape(features, [batch, height * width, channels]) as tf.Tensor3D;
  return tf.div(tf.matMul(rows, rows, true, false), height * width);
}

/** mean((value - target)²) / mean(target²), a scalar. The target may have a batch of one. */
export function relativeSquaredError(value: tf.Tensor, target: tf.Tensor): tf.Scalar {
  const difference = tf.mean(tf.squaredDifference(value, target));
  return tf.div(difference, tf.mean(tf.square(target)));
}

/** Features of one deep layer of the painting against the photograph's, both [n, h, w, c]. */
export function contentLoss(painting: tf.Tensor4D, photo: tf.Tensor4D): tf.Scalar {
  return relativeSquaredError(painting, photo);
}

/**
 * Gram matrices of several layers against the style's, one scalar per layer.
 * `features` are [n, h, w, c], `targets` [1, c, c], in the same order.
 */
export function styleLosses(
  features: readonly tf.Tensor4D[],
  targets: readonly tf.Tensor3D[],
): tf.Scalar[] {
  return features.map((layer, i) => relativeSquaredError(gramMatrix(layer), targets[i]!));
}

/** Mean squared difference of vertical plus of horizontal neighbours; pictures [n, h, w, 3]. */
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
