/** A further thread of the process that paints large pictures: as it is told, and as it is seen from outside. */

import { parentPort, Worker } from 'node:worker_threads';
import { reasonOf } from '../../errors.ts';
import { AbandonedError } from '../onnx/strips/team.ts';
import {
  type NumberedNetwork,
  type PaintingThread,
  paintingThread,
  type SharedWork,
} from '../onnx/strips/thread.ts';

type Command =
  | { readonly kind: 'load'; readonly network: NumberedNetwork }
  | { readonly kind: 'paint'; readonly work: SharedWork };

interface Reply {
  readonly error?: string;
  /** Whether it only failed as another one did. */
  readonly isAbandoned?: boolean;
}

/** Does what it is told until the process ends. */
export function help(): void {
  const thread = paintingThread();
  parentPort?.on('message', async (command: Command) => {
    parentPort?.postMessage(await reply(thread, command));
  });
}

async function reply(thread: PaintingThread, command: Command): Promise<Reply> {
  try {
    await (command.kind === 'load' ? thread.load(command.network) : thread.paint(command.work));
    return {};
  } catch (error) {
    return { error: reasonOf(error), isAbandoned: error instanceof AbandonedError };
  }
}

/** `script` runs {@link help} on threads. One command at a time; what ends the thread ends the process. */
export function helperThread(script: string): PaintingThread {
  const worker = new Worker(script);
  const told = (command: Command): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.once('message', ({ error, isAbandoned }: Reply) => {
        if (error === undefined) resolve();
        else reject(isAbandoned ? new AbandonedError() : new Error(error));
      });
      worker.postMessage(command);
    });
  return {
    load: (network) => told({ kind: 'load', network }),
    paint: (work) => told({ kind: 'paint', work }),
  };
}
