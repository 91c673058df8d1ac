/**
 * The hybrid loss network: the first layers of VGG19 itself (relu1_1, relu2_1, relu3_1) and the
 * deeper ones (relu4_1, relu4_2, relu5_1) of a VGG19 distilled to a quarter of the channels (Wang et
 * al., "Collaborative distillation for ultra-resolution universal style transfer", 2020).
 */

import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../network/weights.ts';
import { reflected } from '../padding.ts';
import { type Chain, disposeKernels, kernelsOf, runChain } from './chain.ts';
import type { FeatureLayer, LossNetwork } from './loss-network.ts';
import { VGG19_ORDER, vggChain, vggInput } from './vgg19.ts';

/** The deepest convolution that VGG19 itself contributes. */
const SHALLOW_END = 'conv3_1';

const SHALLOW: ReadonlySet<FeatureLayer> = new Set(['relu1_1', 'relu2_1', 'relu3_1']);

/** A 1x1 convolution that turns RGB in 0..1 into VGG19's input. */
const COLOR = 'conv0';

/** Throws a `FormatError` that names the layer where one is missing or misshapen. */
export function hybridLossNetwork(vgg: Weights, distilled: Weights): LossNetwork {
  const shallow = vggChain(vgg, VGG19_ORDER.slice(0, VGG19_ORDER.indexOf(SHALLOW_END) + 1));
  const deep = distilledChain(distilled);
  return {
    name: 'VGG19 to relu3_1, distilled VGG19 beyond',
    contentLayer: 'relu4_1',
    features(pictures, layers, round) {
      const fromShallow = layers.filter((layer) => SHALLOW.has(layer));
      const fromDeep = layers.filter((layer) => !SHALLOW.has(layer));
      return new Map([
        ...runChain(shallow, vggInput(pictures, 'caffe'), fromShallow, round),
        ...runChain(deep, pictures, fromDeep, round),
      ]);
    },
    dispose() {
      for (const { kernels } of [shallow, deep]) disposeKernels(kernels);
    },
  };
}

function distilledChain(weights: Weights): Chain {
  const order = [COLOR, ...VGG19_ORDER];
  return {
    order,
    kernels: kernelsOf(weights, order),
    convolve: (x, name, { kernel, bias }) =>
      name === COLOR
        ? tf.add(tf.conv2d(x, kernel, 1, 'valid'), bias)
        : tf.relu(tf.add(tf.conv2d(reflected(x), kernel, 1, 'valid'), bias)),
  };
}
