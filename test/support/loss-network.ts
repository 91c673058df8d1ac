/** Loss-network weights of the right shapes with random values, for tests without the real ones. */

import type { Tensor, Weights } from '../../src/network/weights.ts';
import { randomNumbers } from './random.ts';

const VGG: Record<string, [number, number, number]> = {
  conv1_1: [3, 3, 64],
  conv1_2: [3, 64, 64],
  conv2_1: [3, 64, 128],
  conv2_2: [3, 128, 128],
  conv3_1: [3, 128, 256],
};

const DISTILLED: Record<string, [number, number, number]> = {
  conv0: [1, 3, 3],
  conv1_1: [3, 3, 16],
  conv1_2: [3, 16, 16],
  conv2_1: [3, 16, 32],
  conv2_2: [3, 32, 32],
  conv3_1: [3, 32, 64],
  conv3_2: [3, 64, 64],
  conv3_3: [3, 64, 64],
  conv3_4: [3, 64, 64],
  conv4_1: [3, 64, 128],
  conv4_2: [3, 128, 128],
  conv4_3: [3, 128, 128],
  conv4_4: [3, 128, 128],
  conv5_1: [3, 128, 128],
};

/** The whole of VGG19 with few channels. */
const NARROW: Record<string, [number, number, number]> = {
  conv1_1: [3, 3, 4],
  conv1_2: [3, 4, 4],
  conv2_1: [3, 4, 6],
  conv2_2: [3, 6, 6],
  conv3_1: [3, 6, 8],
  conv3_2: [3, 8, 8],
  conv3_3: [3, 8, 8],
  conv3_4: [3, 8, 8],
  conv4_1: [3, 8, 10],
  conv4_2: [3, 10, 10],
  conv4_3: [3, 10, 10],
  conv4_4: [3, 10, 10],
  conv5_1: [3, 10, 10],
};

export function narrowVgg19(): Weights {
  return randomLayers(NARROW, 3);
}

export function randomVgg(): Weights {
  return randomLayers(VGG, 1);
}

export function randomDistilled(): Weights {
  return randomLayers(DISTILLED, 2);
}

function randomLayers(layers: Record<string, [number, number, number]>, seed: number): Weights {
  const random = randomNumbers(seed);
  const normal = () => random() + random() + random() + random() - 2;
  const entries = Object.entries(layers).flatMap(([name, [size, from, to]]): [string, Tensor][] => {
    const shape = [size, size, from, to];
    const deviation = Math.sqrt(6 / (size * size * from));
    const kernel = Float32Array.from(
      { length: size * size * from * to },
      () => normal() * deviation,
    );
    const bias = Float32Array.from({ length: to }, () => normal() * 0.1);
    return [
      [`${name}/kernel`, { shape, data: kernel }],
      [`${name}/bias`, { shape: [to], data: bias }],
    ];
  });
  return new Map(entries);
}
