/** Starts the process in which a style is learned, follows it, and kills it where nobody waits any more. */

import { fork } from 'node:child_process';
import { ProblemError } from '../../errors.ts';
import { atExit } from '../../host/at-exit.ts';
import { nodeFlags } from '../../host/node-flags.ts';
import type { ProcessNews, ProcessRequest } from './messages.ts';

export interface PupilProgram {
  /** The built `training-process`. */
  readonly script: string;
  /** Threads that one process may compute with. */
  readonly threads: number;
}

/**
 * Rejects with a problem where there is one to tell of, and with the signal's
 * reason where it aborts.
 */
export function runTraining(
  { script, threads }: PupilProgram,
  request: ProcessRequest,
  signal: AbortSignal,
  onNews: (news: ProcessNews) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = fork(script, {
      serialization: 'advanced',
      ...nodeFlags(),
      env: {
        // biome-ignore lint/style/noProcessEnv: TensorFlow reads its numbers of threads from there alone.
        ...process.env,
        TF_NUM_INTRAOP_THREADS: String(threads),
        TF_NUM_INTEROP_THREADS: '1',
      },
    });
    const kill = () => child.kill('SIGKILL');
    const forget = atExit(kill);
    let last: ProcessNews | undefined;
    signal.addEventListener('abort', kill, { once: true });
    child.on('message', (news: ProcessNews) => {
      last = news;
      onNews(news);
    });
    child.on('error', (error) => {
      forget();
      reject(error);
    });
    child.on('exit', (code, killedBy) => {
      forget();
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason);
      else if (last?.kind === 'done') resolve();
      else reject(failureOf(last) ?? new Error(`The training ended with ${killedBy ?? code}.`));
    });
    child.send(request);
  });
}

function failureOf(news: ProcessNews | undefined): Error | undefined {
  if (news?.kind !== 'failed') return undefined;
  const { problem, detail } = news;
  return problem === undefined ? new Error(detail) : new ProblemError(problem, detail);
}
