/** Adam (Kingma & Ba, 2015) on plain arrays: 32-bit master weights and a state that can be saved. */

import { type Tensor, tensorOf, type Weights } from '../network/weights.ts';

const BETA_1 = 0.9;
const BETA_2 = 0.99;
const EPSILON = 1e-8;

export interface AdamState {
  /** Steps taken. */
  readonly steps: number;
  /** Running mean of the gradients. */
  readonly mean: Weights;
  /** Running mean of their squares. */
  readonly square: Weights;
}

export function initialAdam(weights: Weights): AdamState {
  return { steps: 0, mean: zeros(weights), square: zeros(weights) };
}

/** One step against the gradients; nothing that was passed in is changed. */
export function adamStep(
  weights: Weights,
  gradients: Weights,
  { steps, mean, square }: AdamState,
  learningRate: number,
): { weights: Weights; state: AdamState } {
  const count = steps + 1;
  const nextMean = combine(mean, gradients, (m, g) => BETA_1 * m + (1 - BETA_1) * g);
  const nextSquare = combine(square, gradients, (v, g) => BETA_2 * v + (1 - BETA_2) * g * g);
  const [fix1, fix2] = [1 - BETA_1 ** count, 1 - BETA_2 ** count];
  const direction = combine(
    nextMean,
    nextSquare,
    (m, v) => m / fix1 / (Math.sqrt(v / fix2) + EPSILON),
  );
  return {
    weights: combine(weights, direction, (w, d) => w - learningRate * d),
    state: { steps: count, mean: nextMean, square: nextSquare },
  };
}

/** Length of all gradients taken as one vector. */
export function globalNorm(gradients: Weights): number {
  let sum = 0;
  for (const { data } of gradients.values()) for (const value of data) sum += value * value;
  return Math.sqrt(sum);
}

/** Shortens the gradients, all by the same factor, so that their global norm is at most `most`. */
export function clipped(gradients: Weights, most: number): Weights {
  const norm = globalNorm(gradients);
  if (norm <= most) return gradients;
  return combine(gradients, gradients, (g) => (g * most) / norm);
}

/** `average` moved toward `weights` by 1 - decay. */
export function movingAverage(average: Weights, weights: Weights, decay: number): Weights {
  return combine(average, weights, (a, w) => a * decay + w * (1 - decay));
}

function zeros(weights: Weights): Weights {
  return combine(weights, weights, () => 0);
}

/** A new set of tensors, each value made from the two at its place. */
function combine(a: Weights, b: Weights, value: (a: number, b: number) => number): Weights {
  return new Map(
    [...a].map(([name, { shape, data }]): [string, Tensor] => {
      const other = tensorOf(b, name).data;
      return [name, { shape, data: data.map((x, i) => value(x, other[i]!)) }];
    }),
  );
}
