/** What style is: correlations of features, of one layer or between neighboring ones. */

import * as tf from '@tensorflow/tfjs-core';
import {
  type Features,
  featuresOf,
  type LossNetwork,
  STYLE_LAYERS,
  type StyleLayer,
} from './loss-network/loss-network.ts';
import { crossGramMatrix, gramMatrix } from './losses.ts';
import { halved, pyramid } from './pyramid.ts';

export type LayerWeights = Readonly<Record<StyleLayer, number>>;

export interface StyleOptions {
  /** How much each layer counts; only their proportions matter. */
  readonly styleLayers: LayerWeights;
  /** Whether correlations between neighboring layers, shallow with deep, count as well. */
  readonly fuseLayers: boolean;
  /** Levels of the image pyramid at which losses are taken. */
  readonly scales: number;
}

export interface Painting {
  /** [1, h, w, 3] in 0..1. */
  readonly pixels: tf.Tensor4D;
  /** How much of the style comes from it; only proportions matter. */
  readonly weight: number;
}

/** Correlation matrices [n, a, b] of one scale, as many as {@link statisticWeights}. */
export type StyleStatistics = tf.Tensor3D[];

/**
 * The statistics of the paintings, averaged by their weights, for each scale. The caller disposes
 * of them.
 */
export function styleTargets(
  lossNetwork: LossNetwork,
  paintings: readonly Painting[],
  options: StyleOptions,
): StyleStatistics[] {
  const whole = paintings.reduce((sum, { weight }) => sum + weight, 0);
  return tf.tidy(() =>
    paintings
      .map(({ pixels, weight }) =>
        pyramid(pixels, options.scales).map((level) =>
          styleStatistics(lossNetwork.features(level, STYLE_LAYERS), options).map(
            (matrix): tf.Tensor3D => tf.mul(matrix, weight / whole),
          ),
        ),
      )
      .reduce((sum, scales) =>
        sum.map((matrices, scale) =>
          matrices.map((matrix, i): tf.Tensor3D => tf.add(matrix, scales[scale]![i]!)),
        ),
      ),
  );
}

/** Gram matrix of every layer, then those between neighbors where layers are fused. */
export function styleStatistics(
  features: Features,
  { fuseLayers }: Pick<StyleOptions, 'fuseLayers'>,
): StyleStatistics {
  const layers = STYLE_LAYERS.map((layer) => featuresOf(features, layer));
  const own = layers.map(gramMatrix);
  if (!fuseLayers) return own;
  const between = layers.slice(1).map((deep, i) => crossGramMatrix(halved(layers[i]!), deep));
  return [...own, ...between];
}

/** The weight of each matrix in the style loss; they add up to 1. */
export function statisticWeights({ styleLayers, fuseLayers }: StyleOptions): number[] {
  const own = STYLE_LAYERS.map((layer) => styleLayers[layer]);
  const between = fuseLayers ? own.slice(1).map((deep, i) => (own[i]! + deep) / 2) : [];
  const all = [...own, ...between];
  const sum = all.reduce((a, b) => a + b, 0);
  return all.map((weight) => weight / sum);
}
