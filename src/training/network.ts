/** Layer records -> a differentiable forward pass in TensorFlow.js. */

import * as tf from '@tensorflow/tfjs-core';
import {
  type Convolution,
  type Layer,
  type Network,
  NORM_EPSILON,
  SMOOTH_KERNEL,
} from '../network/layers.ts';
import { paddedExtent } from '../network/measures.ts';
import { fixedNoise } from './noise.ts';
import { edgePadded } from './padding.ts';
import { exact, type Rounding } from './rounding.ts';

export interface ForwardOptions {
  /** Pixels mirrored on each side before the first layer; the network's own where absent. */
  readonly margin?: number;
  /** Applied to what convolutions and residual sums store. */
  readonly round?: Rounding;
  /**
   * Of the padded pictures, [n, H, W, 1] in 0..1, for a network that sees noise; the plane that paintings are made
   * with where absent.
   */
  readonly noise?: tf.Tensor4D | undefined;
}

/** Trained tensors by name, kernels HWIO. */
export type Parameters = ReadonlyMap<string, tf.Tensor>;

/**
 * Paints [n, h, w, 3] in 0..1, both sides larger than the margin; the same shape out, not clipped.
 */
export function forward(
  network: Network,
  parameters: Parameters,
  photos: tf.Tensor4D,
  { margin = network.margin, round = exact, noise }: ForwardOptions = {},
): tf.Tensor4D {
  const [batch, height, width] = photos.shape;
  const extent = paddedExtent({ ...network, margin }, { width, height });
  const padded: tf.Tensor4D = tf.mirrorPad(
    photos,
    [
      [0, 0],
      [margin, extent.height - height - margin],
      [margin, extent.width - width - margin],
      [0, 0],
    ],
    'reflect',
  );
  const seen = network.noise ? tf.concat([padded, noise ?? fixedNoise(batch, extent)], 3) : padded;
  const centered: tf.Tensor4D = tf.sub(seen, 0.5);
  const painted = network.layers.reduce((x, layer) => apply(x, layer, parameters, round), centered);
  const cropped = tf.slice4d(painted, [0, margin, margin, 0], [batch, height, width, 3]);
  return tf.add(cropped, 0.5);
}

function apply(x: tf.Tensor4D, layer: Layer, parameters: Parameters, round: Rounding): tf.Tensor4D {
  switch (layer.kind) {
    case 'convolution':
      return round(convolve(x, layer, parameters));
    case 'instanceNorm': {
      const [gamma, beta] = [`${layer.name}/gamma`, `${layer.name}/beta`];
      return instanceNorm(x, parameter(parameters, gamma), parameter(parameters, beta));
    }
    case 'relu':
      return tf.relu(x);
    case 'upsample':
      return tf.image.resizeNearestNeighbor(x, [x.shape[1] * 2, x.shape[2] * 2]);
    case 'depthToSpace':
      return phasesToPixels(x);
    case 'smooth':
      return smooth(x);
    case 'residual':
      return round(
        tf.add(
          x,
          layer.layers.reduce((inner, next) => apply(inner, next, parameters, round), x),
        ),
      );
  }
}

/** TensorFlow has no gradient for explicitly padded convolutions: pad first, convolve 'valid'. */
function convolve(x: tf.Tensor4D, layer: Convolution, parameters: Parameters): tf.Tensor4D {
  const { name, kernel, stride: step, bias } = layer;
  const pad = kernel >> 1;
  const padded = tf.pad4d(x, [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ]);
  const weights = parameter(parameters, `${name}/kernel`) as tf.Tensor4D;
  const convolved = tf.conv2d(padded, weights, step, 'valid');
  return bias ? tf.add(convolved, parameter(parameters, `${name}/bias`)) : convolved;
}

function instanceNorm(x: tf.Tensor4D, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [1, 2], true);
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(normal, gamma), beta);
}

/** Depth-to-space of four phases from operations that have gradients. */
function phasesToPixels(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const phases = tf.reshape(x, [batch, height, width, 2, 2, channels / 4]);
  const woven = tf.transpose(phases, [0, 1, 3, 2, 4, 5]);
  return tf.reshape(woven, [batch, height * 2, width * 2, channels / 4]);
}

function smooth(x: tf.Tensor4D): tf.Tensor4D {
  const kernel = tf.tensor4d(
    SMOOTH_KERNEL.flatMap((weight) => [weight, weight, weight]),
    [3, 3, 3, 1],
  );
  return tf.depthwiseConv2d(edgePadded(x), kernel, 1, 'valid');
}

function parameter(parameters: Parameters, name: string): tf.Tensor {
  const tensor = parameters.get(name);
  if (tensor === undefined) throw new TypeError(`Expected a parameter named ${name}.`);
  return tensor;
}
