/**
 * The network whose features the losses compare. The hybrid: the first layers of VGG19 itself
 * (relu1_1, relu2_1, relu3_1) and the deeper ones (relu4_1, relu5_1) of a VGG19 distilled to a
 * quarter of the channels (Wang et al., "Collaborative distillation for ultra-resolution universal
 * style transfer", 2020).
 */

import * as tf from '@tensorflow/tfjs-core';
import { tensorOf, type Weights } from '../core/weights.ts';
import { reflected } from './padding.ts';

export const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'] as const;
export type StyleLayer = (typeof STYLE_LAYERS)[number];

/** The layer whose features stand for the content of a photograph. */
export const CONTENT_LAYER = 'relu4_1' satisfies StyleLayer;

export type Features = ReadonlyMap<StyleLayer, tf.Tensor4D>;

export interface LossNetwork {
  /** [n, h, w, 3] RGB in 0..1 -> features of every style layer. */
  features(pictures: tf.Tensor4D): Features;
  /** Features of the content layer alone. */
  content(pictures: tf.Tensor4D): tf.Tensor4D;
  dispose(): void;
}

/** Mean colour of VGG's training pictures, BGR in 0..255. */
const VGG_MEAN = [103.939, 116.779, 123.68];

const POOL = 'pool';

const VGG = ['conv1_1', 'conv1_2', POOL, 'conv2_1', 'conv2_2', POOL, 'conv3_1'];

const DISTILLED = [
  ...['conv0', 'conv1_1', 'conv1_2', POOL, 'conv2_1', 'conv2_2', POOL],
  ...['conv3_1', 'conv3_2', 'conv3_3', 'conv3_4', POOL],
  ...['conv4_1', 'conv4_2', 'conv4_3', 'conv4_4', POOL, 'conv5_1'],
];

const VGG_TAPS: Readonly<Record<string, StyleLayer>> = {
  conv1_1: 'relu1_1',
  conv2_1: 'relu2_1',
  conv3_1: 'relu3_1',
};

const DISTILLED_TAPS: Readonly<Record<string, StyleLayer>> = {
  conv4_1: 'relu4_1',
  conv5_1: 'relu5_1',
};

interface Kernels {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/** Throws a `TypeError` that names the tensor where one is missing. */
export function hybridLossNetwork(vgg: Weights, distilled: Weights): LossNetwork {
  const vggLayers = kernelsOf(vgg, VGG);
  const distilledLayers = kernelsOf(distilled, DISTILLED);

  const real = (pictures: tf.Tensor4D) => {
    const bgr = tf.reverse(pictures, 3);
    const centred: tf.Tensor4D = tf.sub(tf.mul(bgr, 255), tf.tensor1d(VGG_MEAN));
    return run(vggLayers, VGG, centred, VGG_TAPS, (x, { kernel, bias }) =>
      tf.relu(tf.add(tf.conv2d(x, kernel, 1, 'same'), bias)),
    );
  };
  const small = (pictures: tf.Tensor4D, layers: readonly string[]) =>
    run(distilledLayers, layers, pictures, DISTILLED_TAPS, (x, { kernel, bias }) =>
      kernel.shape[0] === 1
        ? tf.add(tf.conv2d(x, kernel, 1, 'valid'), bias)
        : tf.relu(tf.add(tf.conv2d(reflected(x), kernel, 1, 'valid'), bias)),
    );

  return {
    features: (pictures) => new Map([...real(pictures), ...small(pictures, DISTILLED)]),
    content(pictures) {
      const upToContent = DISTILLED.slice(0, DISTILLED.indexOf('conv4_1') + 1);
      return featuresOf(small(pictures, upToContent), CONTENT_LAYER);
    },
    dispose() {
      for (const layers of [vggLayers, distilledLayers]) {
        for (const { kernel, bias } of layers.values()) tf.dispose([kernel, bias]);
      }
    },
  };
}

/** The features of a layer that the network gives. */
export function featuresOf(features: Features, layer: StyleLayer): tf.Tensor4D {
  const found = features.get(layer);
  if (found === undefined) throw new TypeError(`Expected features of ${layer}.`);
  return found;
}

function kernelsOf(weights: Weights, names: readonly string[]): Map<string, Kernels> {
  const layers = names.filter((name) => name !== POOL);
  return new Map(
    layers.map((name) => {
      const [kernel, bias] = [`${name}/kernel`, `${name}/bias`].map((part) => {
        const { shape, data } = tensorOf(weights, part);
        return tf.tensor(data, [...shape], 'float32');
      });
      return [name, { kernel: kernel as tf.Tensor4D, bias: bias as tf.Tensor1D }];
    }),
  );
}

function run(
  kernels: ReadonlyMap<string, Kernels>,
  names: readonly string[],
  input: tf.Tensor4D,
  taps: Readonly<Record<string, StyleLayer>>,
  convolve: (x: tf.Tensor4D, layer: Kernels) => tf.Tensor4D,
): Map<StyleLayer, tf.Tensor4D> {
  const features = new Map<StyleLayer, tf.Tensor4D>();
  let x = input;
  for (const name of names) {
    const layer = kernels.get(name);
    x = layer === undefined ? tf.maxPool(x, 2, 2, 'valid') : convolve(x, layer);
    const tap = taps[name];
    if (tap !== undefined) features.set(tap, x);
  }
  return features;
}
