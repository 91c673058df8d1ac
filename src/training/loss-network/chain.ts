/** A chain of convolutions and poolings, the shape of VGG19 up to a layer. */

import * as tf from '@tensorflow/tfjs-core';
import { FormatError } from '../../errors.ts';
import type { Weights } from '../../network/weights.ts';
import { exact, type Rounding } from '../rounding.ts';
import type { FeatureLayer, Features } from './loss-network.ts';

export const POOL = 'pool';

export interface Kernels {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

export interface Chain {
  /** Names of convolutions (`conv3_1`) and {@link POOL}, in order. */
  readonly order: readonly string[];
  readonly kernels: ReadonlyMap<string, Kernels>;
  /** One convolution with its bias and activation. */
  readonly convolve: (x: tf.Tensor4D, name: string, kernels: Kernels) => tf.Tensor4D;
}

/**
 * `<name>/kernel` [k, k, in, out] and `<name>/bias` [out] of each convolution, as tensors.
 * Throws a `FormatError` that names the first one that is missing or does not fit its predecessor.
 */
export function kernelsOf(weights: Weights, order: readonly string[]): Map<string, Kernels> {
  let channels = 3;
  const checked = order
    .filter((name) => name !== POOL)
    .map((name) => {
      const kernel = weights.get(`${name}/kernel`);
      const bias = weights.get(`${name}/bias`);
      if (kernel === undefined || bias === undefined) {
        throw new FormatError(`Expected ${name} among the loss network's layers, found none.`);
      }
      const [height, width, from, to] = kernel.shape;
      const fits = height === width && from === channels && bias.shape.join() === `${to}`;
      if (kernel.shape.length !== 4 || to === undefined || !fits) {
        throw new FormatError(
          `Expected ${name} to have a kernel [k, k, ${channels}, out] and a bias [out], ` +
            `found [${kernel.shape}] and [${bias.shape}].`,
        );
      }
      channels = to;
      return { name, kernel, bias };
    });
  return new Map(
    checked.map(({ name, kernel, bias }) => [
      name,
      {
        kernel: tf.tensor4d(kernel.data, kernel.shape as [number, number, number, number]),
        bias: tf.tensor1d(bias.data),
      },
    ]),
  );
}

/** Features after the convolutions that these layers name; nothing beyond the deepest is computed. */
export function runChain(
  { order, kernels, convolve }: Chain,
  input: tf.Tensor4D,
  layers: readonly FeatureLayer[],
  round: Rounding = exact,
): Features {
  const features = new Map<FeatureLayer, tf.Tensor4D>();
  let x = input;
  for (const name of order) {
    if (features.size === layers.length) break;
    const layer = kernels.get(name);
    x = layer === undefined ? tf.maxPool(x, 2, 2, 'valid') : round(convolve(x, name, layer));
    const tap = layers.find((wanted) => convolutionOf(wanted) === name);
    if (tap !== undefined) features.set(tap, x);
  }
  return features;
}

export function disposeKernels(kernels: ReadonlyMap<string, Kernels>): void {
  for (const { kernel, bias } of kernels.values()) tf.dispose([kernel, bias]);
}

/** `relu4_1` comes after `conv4_1`. */
function convolutionOf(layer: FeatureLayer): string {
  return layer.replace('relu', 'conv');
}
