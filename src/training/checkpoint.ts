/** A training state as one safetensors file, from which a run goes on as if it had never stopped. */

import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import { type Tensor, tensorOf, type Weights } from '../network/weights.ts';
import type { TrainingState } from './trainer.ts';

/** Where the state of one run is kept. */
export interface CheckpointStore {
  /** Undefined where nothing was kept yet. */
  read(): Promise<Uint8Array | undefined>;
  /** In place of what was kept before; all of it or nothing. */
  write(file: Uint8Array): Promise<void>;
}

const COUNTERS = 'counters';
const GROUPS = ['weights', 'average', 'mean', 'square'] as const;

export function writeCheckpoint(state: TrainingState): Uint8Array {
  const { step, weights, average, adam, styleWeight, lossScale } = state;
  const groups = { weights, average, mean: adam.mean, square: adam.square };
  const tensors = GROUPS.flatMap((group) =>
    [...groups[group]].map(([name, tensor]): [string, Tensor] => [`${group}/${name}`, tensor]),
  );
  const counters = [step, adam.steps, styleWeight, lossScale.factor, lossScale.goodSteps];
  const counted: Tensor = { shape: [counters.length], data: Float32Array.from(counters) };
  return writeSafetensors(new Map([[COUNTERS, counted], ...tensors]));
}

/** Throws a `FormatError` where the file is no checkpoint. */
export function readCheckpoint(file: Uint8Array): TrainingState {
  const tensors = readSafetensors(file);
  const { data } = tensorOf(tensors, COUNTERS);
  const [step = 0, adamSteps = 0, styleWeight = 0, factor = 1, goodSteps = 0] = data;
  const [weights, average, mean, square] = GROUPS.map((group) => groupOf(tensors, group)) as [
    Weights,
    Weights,
    Weights,
    Weights,
  ];
  return {
    step,
    weights,
    average,
    adam: { steps: adamSteps, mean, square },
    styleWeight,
    lossScale: { factor, goodSteps },
  };
}

function groupOf(tensors: Weights, group: string): Weights {
  const prefix = `${group}/`;
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
