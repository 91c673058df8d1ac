import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { lbfgs } from '../../src/training/lbfgs.ts';
import { hybridLossNetwork } from '../../src/training/loss-network/hybrid.ts';
import { type Iteration, optimize } from '../../src/training/optimize.ts';
import type { OptimizeOptions } from '../../src/training/optimize-options.ts';
import { RECIPE } from '../../src/training/recipe.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { randomDistilled, randomVgg } from '../support/loss-network.ts';
import { largestDifference, randomPicture } from '../support/random.ts';

/** Rosenbrock's valley, from which the way to its bottom at (1, 1) is long and bent. */
function valley(x: Float32Array) {
  const [a = 0, b = 0] = x;
  const gradient = Float32Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a));
  return { value: (1 - a) ** 2 + 100 * (b - a * a) ** 2, gradient, details: undefined };
}

test('L-BFGS finds the bottom of a bent valley and never goes up', () => {
  const values: number[] = [];
  let found = Float32Array.of(-1.2, 1);
  for (const { x, value } of lbfgs(found, valley)) {
    values.push(value);
    found = x as Float32Array<ArrayBuffer>;
    if (values.length === 60) break;
  }
  expect(values).toEqual([...values].sort((a, b) => b - a));
  expect(values.length).toBeLessThan(60);
  expect([...found].map((value) => Number(value.toFixed(2)))).toEqual([1, 1]);
});

test('L-BFGS ends where it starts at the bottom', () => {
  expect([...lbfgs(Float32Array.of(1, 1), valley)]).toEqual([]);
});

describe.skipIf(tensorflowMissing !== undefined)('optimizing a picture', () => {
  const photo = randomPicture(70, 66, 1);
  const data = { photo, paintings: [{ picture: randomPicture(64, 64, 3), weight: 1 }] };
  const plain: OptimizeOptions = {
    iterations: 12,
    optimizer: 'lbfgs',
    learningRate: 0.02,
    start: 'photo',
    noise: 0.2,
    levels: 1,
    lossWeights: { content: 1, style: 10, totalVariation: 0.1, outOfRange: 1, lattice: 0, halo: 0 },
    objective: RECIPE.objective,
    seed: 0,
  };

  beforeAll(async () => {
    await loadTensorflow();
  });

  const run = (changes: Partial<OptimizeOptions>): Iteration[] => [
    ...optimize(data, hybridLossNetwork(randomVgg(), randomDistilled()), { ...plain, ...changes }),
  ];

  test.each([
    { optimizer: 'lbfgs' },
    { optimizer: 'adam' },
    { start: 'noise' },
    { start: 'noised' },
    { levels: 2, objective: { ...RECIPE.objective, scales: 1 } },
  ] as Partial<OptimizeOptions>[])('makes its loss small: %o', (changes) => {
    const iterations = run(changes);
    expect(iterations.length).toBe(12);
    expect(iterations.map(({ iteration }) => iteration)).toEqual(iterations.map((_, i) => i + 1));
    expect(iterations.at(-1)!.total).toBeLessThan(iterations[0]!.total * 0.8);
    expect(iterations.at(-1)!.picture()).toMatchObject({ width: 70, height: 66 });
  });

  test('starts from the photograph, from noise over it, or from noise alone', () => {
    const first = (changes: Partial<OptimizeOptions>) =>
      run({ optimizer: 'adam', iterations: 1, ...changes })[0]!.picture();
    expect(largestDifference(first({ start: 'photo' }), photo)).toBe(0);
    const noised = first({ start: 'noised', noise: 0.1 });
    expect(largestDifference(noised, photo)).toBeGreaterThan(10);
    expect(largestDifference(noised, photo)).toBeLessThanOrEqual(26);
    expect(first({ start: 'noised', noise: 0.1 })).toEqual(noised);
    expect(first({ start: 'noised', noise: 0.1, seed: 1 })).not.toEqual(noised);
    const { data: noise } = first({ start: 'noise', noise: 0.1 });
    expect([Math.min(...noise), Math.max(...noise)]).toEqual([102, 153]);
  });

  test('goes from coarse to fine', () => {
    const widths = run({ levels: 2 }).map((iteration) => iteration.picture().width);
    expect(widths).toEqual([...Array(6).fill(35), ...Array(6).fill(70)]);
  });
});
