/** What training makes small: content, style, total variation, range and blemishes of a painting. */

import * as tf from '@tensorflow/tfjs-core';
import { attentionWeights, inverted, SALIENCY_LAYERS, saliency } from './attention.ts';
import { halo } from './halo.ts';
import { lattice } from './lattice.ts';
import {
  type FeatureLayer,
  type Features,
  featuresOf,
  type LossNetwork,
  STYLE_LAYERS,
} from './loss-network/loss-network.ts';
import {
  contentLoss,
  meanSquare,
  outOfRange,
  relativeSquaredError,
  totalVariation,
} from './losses.ts';
import { pyramid } from './pyramid.ts';
import type { Rounding } from './rounding.ts';
import {
  type StyleOptions,
  type StyleStatistics,
  statisticWeights,
  styleStatistics,
} from './style-targets.ts';

export interface ObjectiveOptions extends StyleOptions {
  /** Layers of the content loss and how much each counts; none for the loss network's own. */
  readonly contentLayers: Readonly<Partial<Record<FeatureLayer, number>>>;
  /** Strength of spatial attention; 0 for none. */
  readonly attention: number;
}

/** What is looked for that losses of features do not see. */
export interface Blemishes {
  /** Whether regular patterns are. */
  readonly lattice?: boolean;
  /** What lies around photographs on plain grounds (`halo.ts`); halos are not looked for without it. */
  readonly around?: tf.Tensor4D | undefined;
}

export interface LossWeights {
  readonly content: number;
  readonly style: number;
  readonly totalVariation: number;
  readonly outOfRange: number;
  readonly lattice: number;
  readonly halo: number;
}

export const LOSS_NAMES = [
  'content',
  'style',
  'totalVariation',
  'outOfRange',
  'lattice',
  'halo',
] as const;

/** Unweighted losses, scalars in the order of {@link LOSS_NAMES}. */
export type LossTensors = readonly [
  content: tf.Scalar,
  style: tf.Scalar,
  totalVariation: tf.Scalar,
  outOfRange: tf.Scalar,
  lattice: tf.Scalar,
  halo: tf.Scalar,
];

export interface Objective {
  readonly lossNetwork: LossNetwork;
  /** Of the paintings, per scale. */
  readonly styleTargets: readonly StyleStatistics[];
  readonly options: ObjectiveOptions;
  /** Applied to what the loss network stores of a painting. */
  readonly round: Rounding;
}

/** What the losses need to know of the photographs, per scale. */
export interface PhotoTargets {
  readonly scales: ScaleTargets[];
  /** Mean square of the features of each scale and content layer, in that order. */
  readonly meanSquares: Float32Array;
}

/** A type, not an interface: TensorFlow.js tidies and disposes of what it can index. */
type ScaleTargets = {
  content: tf.Tensor4D[];
  /** Where there is something to see, [n, h, w, 1] in 0..1. */
  attention?: tf.Tensor4D;
};

/**
 * Targets of photographs [n, h, w, 3] in 0..1. `masks` [n, h, w, 1] say where shape is to be kept;
 * without them, and with attention, the loss network's own features do. The caller disposes of
 * `scales`.
 */
export function photoTargets(
  { lossNetwork, options }: Objective,
  photos: tf.Tensor4D,
  masks?: tf.Tensor4D,
): PhotoTargets {
  const layers = contentLayers(lossNetwork, options).map(({ layer }) => layer);
  const searched = options.attention > 0 && masks === undefined;
  const wanted = searched ? [...new Set([...layers, ...SALIENCY_LAYERS])] : layers;
  const scales = tf.tidy(() =>
    pyramid(photos, options.scales).map((level): ScaleTargets => {
      const features = lossNetwork.features(level, wanted);
      const content = layers.map((layer) => tf.clone(featuresOf(features, layer)));
      if (options.attention === 0) return { content };
      return { content, attention: masks ? tf.clone(masks) : saliency(features) };
    }),
  );
  const squares = tf.tidy(() =>
    tf.stack(scales.flatMap(({ content }) => content.map(meanSquare))).dataSync(),
  );
  return { scales, meanSquares: Float32Array.from(squares) };
}

/** Losses of paintings [n, h, w, 3] of those photographs; blemishes that are not looked for are 0. */
export function lossTensors(
  objective: Objective,
  painting: tf.Tensor4D,
  targets: PhotoTargets,
  { lattice: isLatticeSought = false, around }: Blemishes = {},
): LossTensors {
  const { lossNetwork, options, round } = objective;
  const contents = contentLayers(lossNetwork, options);
  const wanted = [...new Set([...STYLE_LAYERS, ...contents.map(({ layer }) => layer)])];
  const levels = pyramid(painting, options.scales).map((level, scale) => {
    const features = lossNetwork.features(level, wanted, round);
    return {
      content: contentOfScale(contents, features, targets, scale, options.attention),
      style: styleOfScale(objective, features, targets.scales[scale]!, scale),
    };
  });
  const seen: tf.Tensor4D = tf.clipByValue(painting, 0, 1);
  return [
    tf.mean(tf.stack(levels.map(({ content }) => content))),
    tf.mean(tf.stack(levels.map(({ style }) => style))),
    totalVariation(painting),
    outOfRange(painting),
    isLatticeSought ? lattice(seen) : tf.scalar(0),
    around ? halo(seen, around) : tf.scalar(0),
  ];
}

/** The sum that is made small, a scalar. */
export function weightedSum(losses: LossTensors, weights: LossWeights): tf.Scalar {
  return tf.addN(losses.map((loss, i) => tf.mul(loss, weights[LOSS_NAMES[i]!])));
}

interface ContentLayer {
  readonly layer: FeatureLayer;
  /** Its part of the content loss; the parts add up to 1. */
  readonly part: number;
}

function contentLayers(lossNetwork: LossNetwork, options: ObjectiveOptions): ContentLayer[] {
  const asked = Object.entries(options.contentLayers) as [FeatureLayer, number][];
  if (asked.length === 0) return [{ layer: lossNetwork.contentLayer, part: 1 }];
  const sum = asked.reduce((total, [, weight]) => total + weight, 0);
  return asked.map(([layer, weight]) => ({ layer, part: weight / sum }));
}

function contentOfScale(
  layers: readonly ContentLayer[],
  features: Features,
  { scales, meanSquares }: PhotoTargets,
  scale: number,
  strength: number,
): tf.Scalar {
  const { content, attention } = scales[scale]!;
  const losses = layers.map(({ layer, part }, i) => {
    const value = featuresOf(features, layer);
    const [, height, width] = value.shape;
    const weights = attention && attentionWeights(attention, strength, [height, width]);
    const scaleSquare = meanSquares[scale * layers.length + i]!;
    return tf.mul(contentLoss(value, content[i]!, scaleSquare, weights), part);
  });
  return tf.addN(losses) as tf.Scalar;
}

function styleOfScale(
  { styleTargets, options }: Objective,
  features: Features,
  { attention }: ScaleTargets,
  scale: number,
): tf.Scalar {
  const seen = attention === undefined ? features : attended(features, attention, options);
  const weights = statisticWeights(options);
  const losses = styleStatistics(seen, options).map((matrix, i) =>
    tf.mul(relativeSquaredError(matrix, styleTargets[scale]![i]!), weights[i]!),
  );
  return tf.addN(losses) as tf.Scalar;
}

/** Features scaled so that their correlations count more where shape matters less. */
function attended(
  features: Features,
  attention: tf.Tensor4D,
  { attention: strength }: ObjectiveOptions,
): Features {
  return new Map(
    STYLE_LAYERS.map((layer) => {
      const value = featuresOf(features, layer);
      const [, height, width] = value.shape;
      const weights = attentionWeights(inverted(attention), strength, [height, width]);
      return [layer, tf.mul(value, tf.sqrt(weights))];
    }),
  );
}
