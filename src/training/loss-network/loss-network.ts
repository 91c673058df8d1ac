/** The port of networks whose features the losses compare. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Rounding } from '../rounding.ts';

/** Layers whose Gram matrices stand for style, from fine to coarse. */
export const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'] as const;
export type StyleLayer = (typeof STYLE_LAYERS)[number];

/** Every layer that can be compared, from shallow to deep. */
export const FEATURE_LAYERS = [...STYLE_LAYERS.slice(0, 4), 'relu4_2', 'relu5_1'] as const;
export type FeatureLayer = StyleLayer | 'relu4_2';

export type Features = ReadonlyMap<FeatureLayer, tf.Tensor4D>;

export interface LossNetwork {
  /** For the record of a training run. */
  readonly name: string;
  /** The layer whose features stand for the content of a photograph, unless others are asked for. */
  readonly contentLayer: FeatureLayer;
  /**
   * [n, h, w, 3] RGB in 0..1, both sides at least 32 -> features [n, h', w', c] of these layers.
   * `round` is applied to what every layer stores.
   */
  features(pictures: tf.Tensor4D, layers: readonly FeatureLayer[], round?: Rounding): Features;
  dispose(): void;
}

/** The features of a layer that was asked for. */
export function featuresOf(features: Features, layer: FeatureLayer): tf.Tensor4D {
  const found = features.get(layer);
  if (found === undefined) throw new TypeError(`Expected features of ${layer}.`);
  return found;
}
