/**
 * The inputs of one training step that {@link ./step.py} computes independently: weights,
 * photographs, a painting and loss-network weights, all from seeds.
 */

import { trunkNetwork } from '../../../src/network/layers.ts';
import type { Tensor, Weights } from '../../../src/network/weights.ts';
import type { Picture } from '../../../src/pictures/picture.ts';
import { randomDistilled, randomVgg } from '../../support/loss-network.ts';
import { randomPicture, randomWeights } from '../../support/random.ts';

export const NETWORK = trunkNetwork({ stem: 8, trunk: 8, blocks: 1 });
export const MARGIN = 8;
export const WEIGHTS = randomWeights(NETWORK, 21);
export const PHOTOS = [randomPicture(64, 64, 22), randomPicture(64, 64, 23)];
export const PAINTING = randomPicture(72, 64, 24);
export const LOSS_WEIGHTS = {
  content: 1,
  style: 10,
  totalVariation: 0.1,
  outOfRange: 1,
  lattice: 0,
  halo: 0,
};

/** All of them as one set of tensors. */
export function inputTensors(): Weights {
  const prefixed = (prefix: string, weights: Weights) =>
    [...weights].map(([name, tensor]): [string, Tensor] => [`${prefix}/${name}`, tensor]);
  return new Map([
    ...prefixed('network', WEIGHTS),
    ...prefixed('vgg', randomVgg()),
    ...prefixed('distilled', randomDistilled()),
    ...PHOTOS.map((photo, i): [string, Tensor] => [`photo/${i}`, pixels(photo)]),
    ['painting', pixels(PAINTING)],
  ]);
}

function pixels({ width, height, data }: Picture): Tensor {
  return { shape: [height, width, 3], data: Float32Array.from(data, (value) => value / 255) };
}
