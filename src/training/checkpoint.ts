/** A training state as one safetensors file, from which a run goes on as if it had never stopped. */

import { readSafetensors, writeSafetensors } from '../core/safetensors.ts';
import { type Tensor, tensorOf, type Weights } from '../core/weights.ts';
import type { TrainingState } from './trainer.ts';

const STEP = 'step';
const GROUPS = ['weights', 'average', 'mean', 'square'] as const;

export function writeCheckpoint({ step, weights, average, adam }: TrainingState): Uint8Array {
  const groups = { weights, average, mean: adam.mean, square: adam.square };
  const tensors = GROUPS.flatMap((group) =>
    [...groups[group]].map(([name, tensor]): [string, Tensor] => [`${group}/${name}`, tensor]),
  );
  const counter: Tensor = { shape: [1], data: Float32Array.of(step) };
  return writeSafetensors(new Map([[STEP, counter], ...tensors]));
}

/** Throws a `FormatError` where the file is no checkpoint. */
export function readCheckpoint(file: Uint8Array): TrainingState {
  const tensors = readSafetensors(file);
  const [step = 0] = tensorOf(tensors, STEP).data;
  const [weights, average, mean, square] = GROUPS.map((group) => groupOf(tensors, group)) as [
    Weights,
    Weights,
    Weights,
    Weights,
  ];
  return { step, weights, average, adam: { steps: step, mean, square } };
}

function groupOf(tensors: Weights, group: string): Weights {
  const prefix = `${group}/`;
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
