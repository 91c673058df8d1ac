import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import {
  contentLoss,
  crossGramMatrix,
  gramMatrix,
  meanSquare,
  outOfRange,
  relativeSquaredError,
  totalVariation,
} from '../../src/training/losses.ts';
import { edgePadded, reflected } from '../../src/training/padding.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { randomNumbers } from '../support/random.ts';

const SHAPE: [number, number, number, number] = [2, 4, 5, 3];

function values(seed: number, low = -0.3, high = 1.3): Float32Array {
  const random = randomNumbers(seed);
  return Float32Array.from({ length: 120 }, () => low + (high - low) * random());
}

const at = (data: ArrayLike<number>, n: number, y: number, x: number, c: number) =>
  data[((n * 4 + y) * 5 + x) * 3 + c]!;

/** Calls back for every index of SHAPE. */
function each(visit: (n: number, y: number, x: number, c: number) => void): void {
  for (let n = 0; n < 2; n += 1)
    for (let y = 0; y < 4; y += 1)
      for (let x = 0; x < 5; x += 1) for (let c = 0; c < 3; c += 1) visit(n, y, x, c);
}

function plainGram(data: ArrayLike<number>, n: number): number[] {
  const gram = new Array<number>(9).fill(0);
  for (let y = 0; y < 4; y += 1)
    for (let x = 0; x < 5; x += 1)
      for (let i = 0; i < 9; i += 1)
        gram[i]! += (at(data, n, y, x, Math.floor(i / 3)) * at(data, n, y, x, i % 3)) / 20;
  return gram;
}

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

describe.skipIf(tensorflowMissing !== undefined)('losses', () => {
  beforeAll(async () => {
    await loadTensorflow();
  });

  const tensor = (data: Float32Array) => tf.tensor4d(data, SHAPE);
  const scalar = (value: tf.Scalar) => value.dataSync()[0]!;

  test('Gram matrices are those of plain sums', () => {
    const data = values(1);
    const expected = [...plainGram(data, 0), ...plainGram(data, 1)];
    [...gramMatrix(tensor(data)).dataSync()].forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  test('content is the squared difference over the mean square of the photograph', () => {
    const [a, b] = [values(2), values(3)];
    const expected = mean([...a].map((x, i) => (x - b[i]!) ** 2)) / mean([...b].map((x) => x * x));
    const photo = tensor(b);
    const square = scalar(meanSquare(photo));
    expect(scalar(contentLoss(tensor(a), photo, square))).toBeCloseTo(expected, 5);
    expect(scalar(relativeSquaredError(tensor(a), photo))).toBeCloseTo(expected, 5);
  });

  test('content weighs its places', () => {
    const [a, b] = [values(2), values(3)];
    const weights = values(12, 0, 2).subarray(0, 40);
    const squares = [...a].map((x, i) => (x - b[i]!) ** 2 * weights[Math.floor(i / 3)]!);
    const weighed = contentLoss(tensor(a), tensor(b), 2, tf.tensor4d(weights, [2, 4, 5, 1]));
    expect(scalar(weighed)).toBeCloseTo(mean(squares) / 2, 5);
  });

  test('cross-layer correlations are those of plain sums', () => {
    const [a, b] = [values(13), values(14)];
    const expected = Array.from({ length: 18 }, (_, k) => {
      const [n, i, j] = [Math.floor(k / 9), Math.floor((k % 9) / 3), k % 3];
      let sum = 0;
      each((m, y, x, c) => {
        if (m === n && c === i) sum += at(a, n, y, x, i) * at(b, n, y, x, j);
      });
      return sum / 20;
    });
    const matrix = [...crossGramMatrix(tensor(a), tensor(b)).dataSync()];
    matrix.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  test('style compares Gram matrices with the painting’s, whatever the batch', () => {
    const [a, b] = [values(4), values(5)];
    const target = plainGram(b, 0);
    const grams = [...plainGram(a, 0), ...plainGram(a, 1)];
    const error = mean(grams.map((value, i) => (value - target[i % 9]!) ** 2));
    const expected = error / mean(target.map((x) => x * x));
    const loss = relativeSquaredError(gramMatrix(tensor(a)), tf.tensor3d(target, [1, 3, 3]));
    expect(scalar(loss)).toBeCloseTo(expected, 4);
  });

  test('total variation is the mean squared step down plus the mean squared step right', () => {
    const data = values(6);
    const [down, right]: [number[], number[]] = [[], []];
    each((n, y, x, c) => {
      if (y > 0) down.push((at(data, n, y, x, c) - at(data, n, y - 1, x, c)) ** 2);
      if (x > 0) right.push((at(data, n, y, x, c) - at(data, n, y, x - 1, c)) ** 2);
    });
    expect(scalar(totalVariation(tensor(data)))).toBeCloseTo(mean(down) + mean(right), 5);
  });

  test('what is out of range is how far it is', () => {
    const data = values(7);
    const expected = mean([...data].map((x) => Math.max(0, x - 1) + Math.max(0, -x)));
    expect(expected).toBeGreaterThan(0.01);
    expect(scalar(outOfRange(tensor(data)))).toBeCloseTo(expected, 6);
    expect(scalar(outOfRange(tensor(values(8, 0, 1))))).toBe(0);
  });

  test.each([
    ['content', (x: tf.Tensor4D) => contentLoss(x, tensor(values(10)), 0.5)],
    [
      'style',
      (x: tf.Tensor4D) =>
        relativeSquaredError(
          gramMatrix(x),
          gramMatrix(tf.slice4d(tensor(values(11)), [0, 0, 0, 0], [1, 4, 5, 3])),
        ),
    ],
    ['total variation', totalVariation],
    ['out of range', outOfRange],
    ['reflected', (x: tf.Tensor4D) => meanSquare(reflected(x))],
    ['edge-padded', (x: tf.Tensor4D) => meanSquare(edgePadded(x))],
  ] as [string, (x: tf.Tensor4D) => tf.Scalar][])(
    'the gradient of %s is that of finite differences',
    (_, loss) => {
      const data = values(9);
      const gradient = tf
        .grad((x) => loss(x as tf.Tensor4D))(tensor(data))
        .dataSync();
      const step = 1e-2;
      for (const i of [0, 7, 31, 64, 119]) {
        const moved = (by: number) =>
          scalar(loss(tensor(data.map((x, j) => (j === i ? x + by : x)))));
        const difference = (moved(step) - moved(-step)) / (2 * step);
        expect(gradient[i]).toBeCloseTo(difference, 2);
      }
    },
  );
});
