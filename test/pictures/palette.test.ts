import { describe, expect, test } from 'vitest';
import {
  applied,
  type Matrix,
  matrix,
  paletteOf,
  product,
  transport,
} from '../../src/pictures/palette.ts';
import { randomNumbers, randomPicture } from '../support/random.ts';

const random = randomNumbers(4);
const WIDE = [0, 100] as const;

/** Of three random axes, and no flatter than clouds of colors are. */
function covariance(): Matrix {
  const axes = Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => random() - 0.5));
  return matrix((a, b) =>
    [0, 1, 2].reduce((sum, i) => sum + axes[a]![i]! * axes[b]![i]!, a === b ? 0.02 : 0),
  );
}

const transposed = (map: Matrix) => matrix((row, column) => map[column][row]);
const largest = (a: Matrix, b: Matrix) =>
  Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i]![j]!))));

describe('a palette', () => {
  test('is the mean and the covariance of colors', () => {
    const picture = randomPicture(31, 17, 3);
    const { mean, covariance: found } = paletteOf(picture);
    const colors = Array.from({ length: 31 * 17 }, (_, i) =>
      [0, 1, 2].map((c) => picture.data[i * 3 + c]! / 255),
    );
    const meanOf = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    for (const a of [0, 1, 2] as const) {
      expect(mean[a]).toBeCloseTo(meanOf(colors.map((color) => color[a]!)), 9);
      for (const b of [0, 1, 2] as const) {
        const products = colors.map((color) => (color[a]! - mean[a]) * (color[b]! - mean[b]));
        expect(found[a][b]).toBeCloseTo(meanOf(products), 9);
      }
    }
  });
});

describe('the transport of colors', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i))('has the form that is wanted, %i', () => {
    const [from, to] = [covariance(), covariance()];
    const map = transport(from, to, WIDE);
    expect(largest(map, transposed(map))).toBeLessThan(1e-9);
    expect(largest(product(product(map, from), transposed(map)), to)).toBeLessThan(1e-3);
  });

  test('changes nothing where the form is there', () => {
    const same = covariance();
    const map = transport(same, same, WIDE);
    expect(
      largest(
        map,
        matrix((row, column) => Number(row === column)),
      ),
    ).toBeLessThan(1e-6);
  });

  test('stretches and shrinks within its limits', () => {
    const scaled = (factor: number) => matrix((row, column) => (row === column ? factor : 0));
    const stretched = transport(scaled(0.01), scaled(0.5), [0.3, 1.3]);
    expect(largest(stretched, scaled(1.3))).toBeLessThan(1e-9);
    const shrunk = transport(scaled(0.5), scaled(0), [0.3, 1.3]);
    expect(applied(shrunk, [1, 1, 1])[0]).toBeCloseTo(0.3, 9);
  });
});
