/**
 * VGG19 up to relu5_1 (Simonyan & Zisserman, "Very deep convolutional networks for large-scale
 * image recognition", 2015), as Gatys et al. compare features with it.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../network/weights.ts';
import { type Chain, disposeKernels, kernelsOf, POOL, runChain } from './chain.ts';
import type { LossNetwork } from './loss-network.ts';

export const VGG19_ORDER: readonly string[] = [
  ...['conv1_1', 'conv1_2', POOL, 'conv2_1', 'conv2_2', POOL],
  ...['conv3_1', 'conv3_2', 'conv3_3', 'conv3_4', POOL],
  ...['conv4_1', 'conv4_2', 'conv4_3', 'conv4_4', POOL, 'conv5_1'],
];

/** What a set of weights expects as its input. */
export type InputConvention = 'caffe' | 'torchvision';

/** Mean color of the training pictures, BGR in 0..255. */
const CAFFE_MEAN = [103.939, 116.779, 123.68];

/** Mean and deviation of the training pictures, RGB in 0..1. */
const TORCHVISION_MEAN = [0.485, 0.456, 0.406];
const TORCHVISION_DEVIATION = [0.229, 0.224, 0.225];

/** RGB in 0..1 -> what the first convolution expects. */
const INPUTS: Readonly<Record<InputConvention, (pictures: tf.Tensor4D) => tf.Tensor4D>> = {
  caffe: (pictures) => tf.sub(tf.mul(tf.reverse(pictures, 3), 255), tf.tensor1d(CAFFE_MEAN)),
  torchvision: (pictures) =>
    tf.div(tf.sub(pictures, tf.tensor1d(TORCHVISION_MEAN)), tf.tensor1d(TORCHVISION_DEVIATION)),
};

/** VGG19's convolutions in this order, zero-padded, and what goes into the first of them. */
export function vggChain(weights: Weights, order: readonly string[]): Chain {
  return {
    order,
    kernels: kernelsOf(weights, order),
    convolve: (x, _, { kernel, bias }) => tf.relu(tf.add(tf.conv2d(x, kernel, 1, 'same'), bias)),
  };
}

export function vggInput(pictures: tf.Tensor4D, convention: InputConvention): tf.Tensor4D {
  return INPUTS[convention](pictures);
}

/** Throws a `FormatError` that names the layer where one is missing or misshapen. */
export function vgg19LossNetwork(weights: Weights, convention: InputConvention): LossNetwork {
  const chain = vggChain(weights, VGG19_ORDER);
  return {
    name: 'VGG19',
    contentLayer: 'relu4_2',
    features: (pictures, layers, round) =>
      runChain(chain, vggInput(pictures, convention), layers, round),
    dispose: () => disposeKernels(chain.kernels),
  };
}
