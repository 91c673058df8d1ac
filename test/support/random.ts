/** Reproducible randomness for tests. */

import type { Network } from '../../src/network/layers.ts';
import { parameters } from '../../src/network/measures.ts';
import type { Weights } from '../../src/network/weights.ts';
import type { Picture } from '../../src/pictures/picture.ts';

/** Uniform numbers in 0..1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Weights of the size that training starts from: He-scaled kernels, gamma near 1, beta near 0. */
export function randomWeights(network: Network, seed: number): Weights {
  const random = randomNumbers(seed);
  const normal = () => random() + random() + random() + random() - 2;
  return new Map(
    parameters(network).map(({ name, shape }) => {
      const length = shape.reduce((product, side) => product * side, 1);
      const fanIn = length / (shape.at(-1) ?? 1);
      const value = () => {
        if (name.endsWith('/kernel')) return normal() * Math.sqrt(2 / fanIn);
        return (name.endsWith('/gamma') ? 1 : 0) + normal() * 0.2;
      };
      return [name, { shape, data: Float32Array.from({ length }, value) }];
    }),
  );
}

/** A picture with smooth areas, edges and noise. */
export function randomPicture(width: number, height: number, seed: number): Picture {
  const random = randomNumbers(seed);
  const [a, b, edge] = [random() * 0.3, random() * 0.3, random() * width];
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 1) {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const wave = 128 + 80 * Math.sin(a * x + b * y + (i % 3));
    data[i] = Math.max(0, Math.min(255, wave + (x > edge ? 60 : -30) + 40 * (random() - 0.5)));
  }
  return { width, height, data };
}

export function largestDifference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  return a.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b.data[i]!)), 0);
}
