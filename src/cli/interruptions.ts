/** How a command ends before its time: by a signal, or because nobody reads what it prints. */

import { constants } from 'node:os';

const SHOW_CURSOR = '\u001B[?25h';

const ENDING = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/**
 * Ends the process with the exit code that shells give the signal (128 and its number), once what
 * was begun is tidied up.
 */
export function endOnSignals(): void {
  for (const signal of ENDING) process.once(signal, () => endAs(signal));
}

/** Aborts at the first signal, for what has no end of its own; the next one ends the process. */
export function untilSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ENDING) {
    process.once(signal, () => {
      if (controller.signal.aborted) endAs(signal);
      controller.abort();
      process.once(signal, () => endAs(signal));
    });
  }
  return controller.signal;
}

/** A reader may stop reading, as `head` does: then there is nothing more to say, and no failure. */
export function endWhereNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      endAs('SIGPIPE');
    });
  }
}

function endAs(signal: 'SIGPIPE' | (typeof ENDING)[number]): void {
  // Progress bars hide it.
  if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR);
  process.exit(128 + constants.signals[signal]);
}
