/** What training makes small: the weighted sum of the losses, and its gradient. */

import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../core/network.ts';
import { type Tensor, tensorOf, type Weights } from '../core/weights.ts';
import { CONTENT_LAYER, featuresOf, type LossNetwork, STYLE_LAYERS } from './loss-network.ts';
import { contentLoss, gramMatrix, outOfRange, styleLosses, totalVariation } from './losses.ts';
import { forward } from './network.ts';

export interface LossWeights {
  readonly content: number;
  readonly style: number;
  readonly totalVariation: number;
  readonly outOfRange: number;
}

/** Unweighted losses of one batch, relative to their targets. */
export interface LossTerms {
  readonly content: number;
  /** Mean of the style layers. */
  readonly style: number;
  readonly totalVariation: number;
  readonly outOfRange: number;
  /** The weighted sum. */
  readonly total: number;
}

export interface Step {
  readonly terms: LossTerms;
  /** Gradient of the total with respect to each parameter. */
  readonly gradients: Weights;
}

/** Gram matrices [1, c, c] of the painting, one per style layer; the caller disposes of them. */
export function styleTargets(lossNetwork: LossNetwork, painting: tf.Tensor4D): tf.Tensor3D[] {
  return tf.tidy(() => {
    const features = lossNetwork.features(painting);
    return STYLE_LAYERS.map((layer) => gramMatrix(featuresOf(features, layer)));
  });
}

export interface Objective {
  readonly network: Network;
  readonly lossNetwork: LossNetwork;
  readonly targets: readonly tf.Tensor3D[];
  readonly weights: LossWeights;
  /** Pixels mirrored around each crop. */
  readonly margin: number;
}

/** Losses and gradients for one batch of photographs, [n, h, w, 3] in 0..1. */
export function evaluate(objective: Objective, weights: Weights, photos: tf.Tensor4D): Step {
  return scoped(() => {
    const names = [...weights.keys()];
    const values = names.map((name) => toTensor(tensorOf(weights, name)));
    const terms: tf.Scalar[] = [];
    const total = (...tensors: tf.Tensor[]): tf.Scalar => {
      const parameters = new Map(names.map((name, i) => [name, tensors[i]!]));
      const painting = forward(objective.network, parameters, photos, objective.margin);
      const parts = lossTerms(objective, painting, photos);
      terms.push(...parts.map((part) => tf.keep(part)));
      return weightedSum(parts, objective.weights);
    };
    const { value, grads } = tf.valueAndGrads(total)(values);
    const [content, style, variation, range] = terms.map((term) => {
      const [number = Number.NaN] = term.dataSync();
      term.dispose();
      return number;
    }) as [number, number, number, number];
    return {
      terms: {
        content,
        style,
        totalVariation: variation,
        outOfRange: range,
        total: value.dataSync()[0] ?? Number.NaN,
      },
      gradients: new Map(names.map((name, i) => [name, fromTensor(grads[i]!)])),
    };
  });
}

function lossTerms(
  { lossNetwork, targets }: Objective,
  painting: tf.Tensor4D,
  photos: tf.Tensor4D,
): [tf.Scalar, tf.Scalar, tf.Scalar, tf.Scalar] {
  const features = lossNetwork.features(painting);
  const styleFeatures = STYLE_LAYERS.map((layer) => featuresOf(features, layer));
  return [
    contentLoss(featuresOf(features, CONTENT_LAYER), lossNetwork.content(photos)),
    tf.mean(tf.stack(styleLosses(styleFeatures, targets))),
    totalVariation(painting),
    outOfRange(painting),
  ];
}

function weightedSum(
  [content, style, variation, range]: readonly [tf.Scalar, tf.Scalar, tf.Scalar, tf.Scalar],
  weights: LossWeights,
): tf.Scalar {
  return tf.addN([
    tf.mul(content, weights.content),
    tf.mul(style, weights.style),
    tf.mul(variation, weights.totalVariation),
    tf.mul(range, weights.outOfRange),
  ]);
}

/** Like `tf.tidy` for work whose result holds no tensors: all that it made are disposed of. */
function scoped<T>(work: () => T): T {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}

function toTensor({ shape, data }: Tensor): tf.Tensor {
  return tf.tensor(data, [...shape], 'float32');
}

function fromTensor(tensor: tf.Tensor): Tensor {
  return { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
}
