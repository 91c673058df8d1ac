/** What a network with noise sees beside the photographs: [n, h, w, 1] in 0..1. */

import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../network/layers.ts';
import { paddedExtent } from '../network/measures.ts';
import { noiseRows } from '../network/noise.ts';
import type { Extent } from '../pictures/picture.ts';
import { randomSequence } from './crops.ts';

const WHITE = 255;

/** The plane that paintings are made with, for every picture of the batch. */
export function fixedNoise(batch: number, { width, height }: Extent): tf.Tensor4D {
  const plane = noiseRows({ begin: 0, end: height }, width);
  return tf.tidy(() => {
    const one: tf.Tensor4D = tf.div(tf.tensor4d(plane, [1, height, width, 1], 'float32'), WHITE);
    return tf.tile(one, [batch, 1, 1, 1]);
  });
}

/** Side of what a network sees of a crop of so many pixels, which is what its noise covers. */
export function paddedSide(
  { network, margin }: { readonly network: Network; readonly margin: number },
  side: number,
): number {
  return paddedExtent({ ...network, margin }, { width: side, height: side }).width;
}

/** Apart from the seeds that choose crops. */
const SEED_OFFSET = 0x6e6f6973;

/**
 * Fresh noise for a step's crops from number `first` on, so that the network paints well whatever it
 * is. Each crop has its own, whichever worker shows it.
 */
export function freshNoise(
  seed: number,
  step: number,
  { first, count }: { readonly first: number; readonly count: number },
  side: number,
): tf.Tensor4D {
  const area = side * side;
  const values = new Float32Array(count * area);
  for (let crop = 0; crop < count; crop += 1) {
    const random = randomSequence(seed + SEED_OFFSET + first + crop, step);
    for (let i = 0; i < area; i += 1) {
      values[crop * area + i] = Math.floor(random() * (WHITE + 1)) / WHITE;
    }
  }
  return tf.tensor4d(values, [count, side, side, 1]);
}
