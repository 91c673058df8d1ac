/** The colors of a picture as a cloud: where its middle is, how far it reaches, and how to bring one cloud to another. */

import type { Picture } from './picture.ts';

/** Three numbers, one for each color. */
export type Triple = readonly [number, number, number];

/** Row by row. */
export type Matrix = readonly [Triple, Triple, Triple];

/** Mean and covariance of colors in 0..1. */
export interface Palette {
  readonly mean: Triple;
  readonly covariance: Matrix;
}

export function paletteOf({ width, height, data }: Picture): Palette {
  const count = width * height;
  const sums = [0, 0, 0];
  const products = new Float64Array(9);
  for (let i = 0; i < data.length; i += 3) {
    for (let a = 0; a < 3; a += 1) {
      const value = data[i + a]! / 255;
      sums[a]! += value;
      for (let b = 0; b < 3; b += 1) products[a * 3 + b]! += (value * data[i + b]!) / 255;
    }
  }
  const mean = triple((a) => sums[a]! / count);
  return { mean, covariance: matrix((a, b) => products[a * 3 + b]! / count - mean[a] * mean[b]) };
}

/** Variance along an axis that a cloud has at least, so that even pictures can be compared. */
const LEAST_VARIANCE = 1e-6;

/**
 * The symmetric linear map that brings one cloud of colors to the form of another while moving colors least: the optimal
 * transport of normal distributions (Pitié and Kokaram, "The linear Monge-Kantorovitch linear colour mapping", 2007).
 * It shrinks and stretches by no more than `limits`.
 */
export function transport(
  from: Matrix,
  to: Matrix,
  [least, most]: readonly [least: number, most: number],
): Matrix {
  const root = powerOf(from, 0.5);
  const inverse = powerOf(from, -0.5);
  const middle = powerOf(product(product(root, to), root), 0.5);
  const map = product(product(inverse, middle), inverse);
  return changedEigenvalues(map, (value) => Math.min(most, Math.max(least, value)));
}

export function product(a: Matrix, b: Matrix): Matrix {
  return matrix((row, column) =>
    [0, 1, 2].reduce((sum, i) => sum + a[row]![i]! * b[i]![column]!, 0),
  );
}

export function applied(map: Matrix, to: Triple): Triple {
  return triple((row) => [0, 1, 2].reduce((sum, i) => sum + map[row]![i]! * to[i]!, 0));
}

export function triple(value: (index: 0 | 1 | 2) => number): Triple {
  return [value(0), value(1), value(2)];
}

export function matrix(value: (row: 0 | 1 | 2, column: 0 | 1 | 2) => number): Matrix {
  const row = (index: 0 | 1 | 2) => triple((column) => value(index, column));
  return [row(0), row(1), row(2)];
}

function powerOf(symmetric: Matrix, exponent: number): Matrix {
  return changedEigenvalues(symmetric, (value) => Math.max(LEAST_VARIANCE, value) ** exponent);
}

/** Enough for three numbers: each sweep squares what is left beside the diagonal. */
const SWEEPS = 12;

/** By Jacobi's rotations. */
function changedEigenvalues(symmetric: Matrix, change: (value: number) => number): Matrix {
  const values = symmetric.map((row) => [...row]);
  const vectors = [0, 1, 2].map((i) => [0, 1, 2].map((j) => Number(i === j)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      rotate(values, vectors, p, q);
    }
  }
  return matrix((row, column) =>
    [0, 1, 2].reduce(
      (sum, i) => sum + vectors[row]![i]! * change(values[i]![i]!) * vectors[column]![i]!,
      0,
    ),
  );
}

/** Takes away what is beside the diagonal at one place and its mirror image. */
function rotate(values: number[][], vectors: number[][], p: number, q: number): void {
  const beside = values[p]![q]!;
  if (beside === 0) return;
  const angle = Math.atan2(2 * beside, values[q]![q]! - values[p]![p]!) / 2;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const turn = (rows: number[][]) => {
    for (const row of rows) {
      const [a, b] = [row[p]!, row[q]!];
      row[p] = cosine * a - sine * b;
      row[q] = sine * a + cosine * b;
    }
  };
  turn(values);
  const [above, below] = [values[p]!, values[q]!];
  values[p] = above.map((a, i) => cosine * a - sine * below[i]!);
  values[q] = above.map((a, i) => sine * a + cosine * below[i]!);
  turn(vectors);
}
