/** Learning styles for those who ask: what is needed for it, and one style from beginning to end. */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { memoized } from '../concurrency/memoized.ts';
import { ProblemError } from '../errors.ts';
import { readStyleFolder, type WholeStyle } from '../styles/style-folder.ts';
import type { StyleOrder, Workshop } from './process/messages.ts';
import { photographsIn } from './process/photographs.ts';
import { type PupilProgram, runTraining } from './process/runner.ts';

export interface TrainingContext {
  readonly signal: AbortSignal;
  readonly onStep: (done: number) => void;
  /** Keeps what another process can go on from. */
  readonly keep: (checkpoint: Uint8Array) => Promise<unknown>;
  /** Keeps a picture, a JPEG, of how the style paints after so many steps. */
  readonly show: (jpeg: Uint8Array, done: number) => Promise<unknown>;
}

export interface StyleTrainer {
  /** Throws a `training-unavailable` problem where something is missing that it takes. */
  check(): Promise<void>;
  /**
   * Rejects with `training-unavailable`, `training-failed`, `image-unreadable` or `image-too-large` problems, and with the
   * signal's reason where it aborts.
   */
  learn(order: StyleOrder, context: TrainingContext): Promise<WholeStyle>;
}

export interface StyleTrainerParts {
  readonly program: PupilProgram;
  readonly workshop: Workshop;
  readonly scratchFolder: string;
}

export function createStyleTrainer({
  program,
  workshop,
  scratchFolder,
}: StyleTrainerParts): StyleTrainer {
  const never = new AbortController().signal;
  const checkProgram = memoized(() =>
    runTraining(program, { kind: 'check' }, never, () => {}).then(
      () => undefined,
      (cause: unknown) => unavailable('tfjs-node, which does not load here', cause),
    ),
  );

  const check = async (): Promise<void> => {
    const { photosDir, lossNetwork } = workshop;
    if (photosDir === '') throw unavailable('photographs to practice on (TRAINING_PHOTOS_DIR)');
    if ((await photographsIn(photosDir)).length === 0) {
      throw unavailable('photographs in the folder that TRAINING_PHOTOS_DIR names');
    }
    if (lossNetwork === '') throw unavailable('a loss network (LOSS_NETWORK)');
    await stat(lossNetwork).catch((cause: unknown) => {
      throw unavailable('a loss network where LOSS_NETWORK says', cause);
    });
    const missing = await checkProgram();
    if (missing) throw missing;
  };

  return {
    check,
    async learn(order, { signal, onStep, keep, show }) {
      await check();
      const folder = await mkdtemp(join(scratchFolder, 'impasto-training-'));
      const checkpoints = newestOnly(keep, signal);
      const previews = newestOnly(({ jpeg, done }: Preview) => show(jpeg, done), signal);
      try {
        await runTraining(program, { kind: 'learn', order, workshop, folder }, signal, (news) => {
          if (news.kind === 'step') onStep(news.done);
          if (news.kind === 'checkpoint') checkpoints.add(news.bytes);
          if (news.kind === 'preview') previews.add(news);
        });
        return await readStyleFolder(join(folder, order.description.id));
      } finally {
        // What is written later might lie there when the job is gone.
        await Promise.all([checkpoints.settled(), previews.settled()]);
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function unavailable(missing: string, cause?: unknown): ProblemError {
  const detail = `Expected ${missing}: styles cannot be learned here.`;
  return new ProblemError('training-unavailable', detail, { cause });
}

interface Preview {
  readonly jpeg: Uint8Array;
  readonly done: number;
}

/** One at a time; of those that come meanwhile the newest. One that cannot be kept is left out, and all when it aborts. */
function newestOnly<T>(keep: (one: T) => Promise<unknown>, signal: AbortSignal) {
  let next: { readonly one: T } | undefined;
  let keeping: Promise<void> | undefined;
  const keepAll = async (): Promise<void> => {
    while (next !== undefined && !signal.aborted) {
      const { one } = next;
      next = undefined;
      await keep(one).catch(() => {});
    }
    keeping = undefined;
  };
  return {
    add(one: T): void {
      next = { one };
      keeping ??= keepAll();
    },
    settled: async () => keeping,
  };
}
