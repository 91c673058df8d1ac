import { expect, test } from 'vitest';
import { initialAdam } from '../../src/training/adam.ts';
import { isMuonKernel, orthogonalized } from '../../src/training/muon.ts';
import { optimizerStep } from '../../src/training/optimizer.ts';
import { randomNumbers } from '../support/random.ts';

const random = randomNumbers(1);
const values = (count: number) => Float32Array.from({ length: count }, () => random() - 0.5);

/** xᵀx of a matrix with so many columns. */
function gram(x: Float32Array, columns: number): number[] {
  return Array.from({ length: columns ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let row = 0; row < x.length; row += columns) sum += x[row + i]! * x[row + j]!;
    return sum;
  });
}

test('singular values come near 1, whatever the scale of the matrix', () => {
  const matrix = values(60 * 6);
  for (const scale of [1e-4, 1, 1e4]) {
    const x = orthogonalized(
      matrix.map((value) => value * scale),
      6,
    );
    gram(x, 6).forEach((value, at) => {
      const isDiagonal = at % 7 === 0;
      expect(value).toBeGreaterThan(isDiagonal ? 0.4 : -0.4);
      expect(value).toBeLessThan(isDiagonal ? 1.6 : 0.4);
    });
  }
});

const weights = new Map([
  ['stem/kernel', { shape: [3, 3, 2, 4], data: values(72) }],
  ['stem/gamma', { shape: [4], data: values(4) }],
  ['head/kernel', { shape: [3, 3, 4, 12], data: values(432) }],
]);
const gradients = new Map(
  [...weights].map(([name, { shape, data }]) => [name, { shape, data: values(data.length) }]),
);

test('Muon moves kernels but that of the head; all else is as with Adam alone', () => {
  const state = initialAdam(weights);
  const adam = optimizerStep(weights, gradients, state, { adam: 0.01, muon: 0 });
  const muon = optimizerStep(weights, gradients, state, { adam: 0.01, muon: 0.02 });
  expect([...muon.weights.keys()]).toEqual([...weights.keys()]);
  for (const name of weights.keys()) {
    const same = JSON.stringify(muon.weights.get(name)) === JSON.stringify(adam.weights.get(name));
    expect([name, same]).toEqual([name, !isMuonKernel(name)]);
  }
});

test('it goes against the gradient, by a step whose length the rate says', () => {
  const state = initialAdam(weights);
  const before = weights.get('stem/kernel')!.data;
  const after = optimizerStep(weights, gradients, state, { adam: 0, muon: 0.02 }).weights;
  const step = after.get('stem/kernel')!.data.map((value, i) => value - before[i]!);
  const along = step.reduce(
    (sum, value, i) => sum + value * gradients.get('stem/kernel')!.data[i]!,
    0,
  );
  expect(along).toBeLessThan(0);
  // Four columns of a length near 1 each.
  const length = Math.hypot(...step) / 0.02;
  expect(length).toBeGreaterThan(1.2);
  expect(length).toBeLessThan(2.6);
});
