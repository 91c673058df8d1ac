/**
 * Muon (Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024) for the kernels of
 * convolutions: the momentum of the gradients, made orthogonal, so that a step moves all directions alike.
 */

import { type Tensor, tensorOf, type Weights } from '../network/weights.ts';

const MOMENTUM = 0.95;

/** A quintic polynomial that brings singular values of 0..1 near 1 when it is applied a few times. */
const [LINEAR, CUBIC, QUINTIC] = [3.4445, -4.775, 2.0315];
const ITERATIONS = 5;
const EPSILON = 1e-7;

/** Of these weights those that Muon moves; the head makes pixels, and is left to Adam. */
export function isMuonKernel(name: string): boolean {
  return name.endsWith('/kernel') && name !== 'head/kernel';
}

/** One step against the gradients of the kernels among `weights`; nothing that was passed in is changed. */
export function muonStep(
  weights: Weights,
  gradients: Weights,
  momentum: Weights,
  learningRate: number,
): { weights: Weights; momentum: Weights } {
  const moved = new Map<string, Tensor>();
  const kept = new Map<string, Tensor>();
  for (const [name, { shape, data }] of weights) {
    if (!isMuonKernel(name)) continue;
    const gradient = tensorOf(gradients, name).data;
    const mean = mixed(gradient, tensorOf(momentum, name).data);
    const columns = shape.at(-1) ?? 1;
    const direction = orthogonalized(mixed(gradient, mean), columns);
    const rate = learningRate * Math.sqrt(Math.max(1, columns ** 2 / data.length));
    moved.set(name, { shape, data: data.map((weight, i) => weight - rate * direction[i]!) });
    kept.set(name, { shape, data: mean });
  }
  return { weights: moved, momentum: kept };
}

function mixed(gradient: Float32Array, mean: Float32Array): Float32Array {
  return gradient.map((value, i) => MOMENTUM * mean[i]! + (1 - MOMENTUM) * value);
}

/**
 * A matrix of so many columns, row by row, with the same singular vectors and singular values near 1, by
 * iterations of Newton and Schulz: x (a + b xᵀx + c (xᵀx)²).
 */
export function orthogonalized(matrix: Float32Array, columns: number): Float32Array {
  const norm = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0)) + EPSILON;
  let x: Float32Array = matrix.map((value) => value / norm);
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const gram = gramOf(x, columns);
    const squared = product(gram, gram, columns);
    const polynomial = gram.map((value, i) => {
      const onDiagonal = i % (columns + 1) === 0;
      return (onDiagonal ? LINEAR : 0) + CUBIC * value + QUINTIC * squared[i]!;
    });
    x = product(x, polynomial, columns);
  }
  return x;
}

/** xᵀx. */
function gramOf(x: Float32Array, columns: number): Float32Array {
  const gram = new Float32Array(columns * columns);
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i += 1) addRow(gram, i * columns, x, row, x[row + i]!, columns);
  }
  return gram;
}

/** x times a square matrix. */
function product(x: Float32Array, square: Float32Array, columns: number): Float32Array {
  const result = new Float32Array(x.length);
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i += 1)
      addRow(result, row, square, i * columns, x[row + i]!, columns);
  }
  return result;
}

/** Adds a row of `from`, times a factor, to one of `to`. */
function addRow(
  to: Float32Array,
  toRow: number,
  from: Float32Array,
  fromRow: number,
  factor: number,
  columns: number,
): void {
  for (let i = 0; i < columns; i += 1) to[toRow + i]! += factor * from[fromRow + i]!;
}
