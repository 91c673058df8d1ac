/**
 * Large pictures are painted in a process of their own: what it needed goes back to the system when
 * it ends, the scheduler lets small pictures through meanwhile, and who gives up just kills it.
 */

import { fork } from 'node:child_process';
import { atExit } from '../../host/at-exit.ts';
import { nodeFlags } from '../../host/node-flags.ts';
import type { LargeProcessReply, LargeProcessRequest } from './messages.ts';

/** `script` is the built `large-process`. Rejects with the signal's reason where it aborts. */
export function paintInProcess(
  script: string,
  request: LargeProcessRequest,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = fork(script, { serialization: 'advanced', ...nodeFlags() });
    const kill = () => child.kill('SIGKILL');
    const ended = atExit(kill);
    let answer: LargeProcessReply | undefined;
    signal.addEventListener('abort', kill, { once: true });
    child.on('message', (reply: LargeProcessReply) => {
      answer = reply;
    });
    child.on('error', (error) => {
      ended();
      reject(error);
    });
    child.on('exit', (code, killedBy) => {
      ended();
      signal.removeEventListener('abort', kill);
      if (answer && !answer.error) resolve();
      else if (signal.aborted) reject(signal.reason);
      else reject(new Error(answer?.error ?? `The process ended with ${killedBy ?? code}.`));
    });
    child.send(request);
  });
}
