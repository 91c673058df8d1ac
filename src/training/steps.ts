/** What happens around the steps of a run: observers are told, the state is saved, signals are heard. */

import { setImmediate } from 'node:timers/promises';
import { type CheckpointStore, writeCheckpoint } from './checkpoint.ts';
import type { Observer } from './observers.ts';
import type { StepReport, TrainingState } from './trainer.ts';

export interface Following {
  readonly observers: readonly Observer[];
  readonly checkpoint?: CheckpointStore | undefined;
  /** Steps between two savings. */
  readonly saveEvery: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The state after the last step. However the steps end, the state is saved; an aborted signal ends
 * them between two, and rejects with its reason.
 */
export async function followSteps(
  start: TrainingState,
  steps: AsyncIterable<{ state: TrainingState; report: StepReport }>,
  { observers, checkpoint, saveEvery, signal }: Following,
): Promise<TrainingState> {
  let state = start;
  const save = async () => {
    await checkpoint?.write(writeCheckpoint(state));
    for (const observer of observers) await observer.save?.();
  };
  signal?.throwIfAborted();
  for (const observer of observers) await observer.start?.(start.step);
  try {
    for await (const { state: next, report } of steps) {
      state = next;
      // Signals are heard between two steps.
      await setImmediate();
      for (const observer of observers) await observer.observe(state, report);
      if (report.step % saveEvery === 0) await save();
      signal?.throwIfAborted();
    }
  } finally {
    for (const observer of observers) observer.stop?.();
    await save();
  }
  return state;
}
