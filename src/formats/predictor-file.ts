/**
 * A predictor of styles (`network/style-predictor.ts`) as a safetensors file: `encoder/…`, `base/…`, and for each kernel
 * `basis/…` in bytes with `step-size/…`.
 */

import { FormatError, reasonOf } from '../errors.ts';
import { parameters } from '../network/measures.ts';
import {
  checkPredictor,
  type KernelBasis,
  type PredictorParts,
} from '../network/style-predictor.ts';
import { networkOf, tensorOf, type Weights } from '../network/weights.ts';
import { readSafetensors } from './safetensors.ts';

/** Throws a `FormatError` that says what was expected and what the file holds instead. */
export function readPredictor(file: Uint8Array): PredictorParts {
  const tensors = readSafetensors(file);
  const [encoder, base, steps, sizes] = ['encoder/', 'base/', 'basis/', 'step-size/'].map(
    (prefix) => within(tensors, prefix),
  ) as [Weights, Weights, Weights, Weights];
  try {
    const basis = new Map<string, KernelBasis>();
    for (const [name, kernel] of steps) {
      basis.set(name, { steps: kernel, stepSizes: tensorOf(sizes, name) });
    }
    const parts = { encoder, base: inOrder(base), basis };
    checkPredictor(parts);
    return parts;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new FormatError(`Expected a predictor of styles: ${reasonOf(cause)}`, { cause });
  }
}

/** As the network has them; a safetensors file may have another order. */
function inOrder(weights: Weights): Weights {
  const names = parameters(networkOf(weights)).map(({ name }) => name);
  return new Map(names.map((name) => [name, tensorOf(weights, name)]));
}

function within(tensors: Weights, prefix: string): Weights {
  const inside = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(inside.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
