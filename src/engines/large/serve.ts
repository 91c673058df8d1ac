/** The thread of the process that is asked for pictures: it paints with the others. */

import { reasonOf } from '../../errors.ts';
import { withSharedWork } from '../onnx/strips/large.ts';
import { AbandonedError } from '../onnx/strips/team.ts';
import { type PaintingThread, paintingThread } from '../onnx/strips/thread.ts';
import { helperThread } from './helper-thread.ts';
import type { LargeProcessReply, LargeProcessRequest } from './messages.ts';

/** `script` is what further threads run. Ends with whoever has started the process. */
export function serve(script: string): void {
  /** Only what a picture needs of it is resident, and stays so for the next one. */
  let memory: SharedArrayBuffer | undefined;
  const crew: PaintingThread[] = [paintingThread()];
  const perform = async ({
    instance,
    threads,
    memoryBytes,
    job,
  }: LargeProcessRequest): Promise<void> => {
    while (crew.length < threads) crew.push(helperThread(script));
    const all = crew.slice(0, threads);
    await together(all.map((thread) => thread.load(instance)));
    if (job === undefined) return;
    memory ??= new SharedArrayBuffer(memoryBytes);
    await withSharedWork(instance, job, threads, memory, (work) =>
      together(all.map((thread) => thread.paint(work))),
    );
  };
  let last: Promise<void> = Promise.resolve();

  // Whoever asked was killed, or needs no more: nobody waits.
  process.once('disconnect', () => process.exit());
  process.on('message', (request: LargeProcessRequest) => {
    last = last.then(() => answered(perform(request)));
  });
}

async function answered(work: Promise<void>): Promise<void> {
  const error = await work.then(() => undefined, reasonOf);
  const reply: LargeProcessReply = error === undefined ? {} : { error };
  process.send?.(reply);
}

/** Rejects, when all have ended, with what went wrong first. */
async function together(parts: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(parts)).flatMap((part) =>
    part.status === 'rejected' ? [part.reason] : [],
  );
  const [failure] = failures.toSorted(
    (a, b) => Number(a instanceof AbandonedError) - Number(b instanceof AbandonedError),
  );
  if (failure !== undefined) throw failure;
}
