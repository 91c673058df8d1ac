/**
 * Spatial attention: where a picture has something to see, its shape is kept; elsewhere the
 * painting is freer.
 */

import * as tf from '@tensorflow/tfjs-core';
import { type FeatureLayer, type Features, featuresOf } from './loss-network/loss-network.ts';

/** Deep layers answer to objects more than to texture. */
export const SALIENCY_LAYERS = ['relu4_1', 'relu5_1'] as const satisfies readonly FeatureLayer[];

/** Keeps quotients finite where a picture has no energy at all. */
const EPSILON = 1e-8;

/**
 * How much there is to see at each place, [n, h, w, 1] in 0..1 at the resolution of relu4_1: the
 * mean energy of deep features (activation-based attention of Zagoruyko & Komodakis, "Paying more
 * attention to attention", 2017), stretched over the range of each picture.
 */
export function saliency(features: Features): tf.Tensor4D {
  return tf.tidy(() => {
    const [, height = 1, width = 1] = featuresOf(features, SALIENCY_LAYERS[0]).shape;
    const energies = SALIENCY_LAYERS.map((layer) => {
      const energy: tf.Tensor4D = tf.mean(tf.square(featuresOf(features, layer)), 3, true);
      const even: tf.Tensor4D = tf.div(energy, tf.add(tf.mean(energy, [1, 2], true), EPSILON));
      return tf.image.resizeBilinear(even, [height, width], false, true);
    });
    return stretched(tf.sqrt(tf.addN(energies)));
  });
}

/**
 * A map in 0..1 -> weights per place at this size whose mean is 1 in every picture. With strength
 * 1, a place at 1 weighs twice as much as one at 0.
 */
export function attentionWeights(
  map: tf.Tensor4D,
  strength: number,
  [height, width]: readonly [number, number],
): tf.Tensor4D {
  return tf.tidy(() => {
    const resized = tf.image.resizeBilinear(map, [height, width], false, true);
    const raised: tf.Tensor4D = tf.add(tf.mul(resized, strength), 1);
    return tf.div(raised, tf.mean(raised, [1, 2], true));
  });
}

/** Where the map is low, style is looked for most. */
export function inverted(map: tf.Tensor4D): tf.Tensor4D {
  return tf.sub(1, map);
}

function stretched(map: tf.Tensor4D): tf.Tensor4D {
  const [low, high] = [tf.min(map, [1, 2], true), tf.max(map, [1, 2], true)];
  return tf.div(tf.sub(map, low), tf.add(tf.sub(high, low), EPSILON));
}
