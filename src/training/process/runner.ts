/** Starts the process in which a style is learned, follows it, and kills it where nobody waits any more. */

import { fork } from 'node:child_process';
import { ProblemError } from '../../errors.ts';
import { atExit } from '../../host/at-exit.ts';
import { nodeFlags } from '../../host/node-flags.ts';
import type { ProcessNews, ProcessRequest } from './messages.ts';

/**
 * `script` is the built `training-process`. Rejects with a problem where there is one to tell of, and with the signal's
 * reason where it aborts.
 */
export function runTraining(
  script: string,
  request: ProcessRequest,
  signal: AbortSignal,
  onNews: (news: ProcessNews) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = fork(script, { serialization: 'advanced', ...nodeFlags() });
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
