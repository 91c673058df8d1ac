/** Tries an engine or a package in a process of its own. */

import { fork } from 'node:child_process';
import { after } from '../../concurrency/timers.ts';
import { atExit } from '../../host/at-exit.ts';
import { nodeFlags } from '../../host/node-flags.ts';
import type { ProbeReply, ProbeRequest } from './messages.ts';

/** Loading TensorFlow on a slow disk takes a part of it. */
const TIMEOUT_MS = 60_000;

/**
 * What came of it, also where the process crashes or hangs. `script` is the built `probe-process`; what libraries print
 * in it is shown to nobody.
 */
export function probe(script: string, request: ProbeRequest): Promise<ProbeReply> {
  return new Promise((resolve) => {
    const child = fork(script, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], ...nodeFlags() });
    const kill = () => child.kill('SIGKILL');
    const ended = atExit(kill);
    let answer: ProbeReply | undefined;
    let isLate = false;
    const cancel = after(TIMEOUT_MS, () => {
      isLate = true;
      kill();
    });
    const end = (reason: string) => {
      cancel();
      ended();
      resolve(answer ?? { kind: 'failed', reason });
    };
    child.on('message', (reply: ProbeReply) => {
      answer = reply;
    });
    child.on('error', ({ message }) => end(message));
    child.on('exit', (code, signal) =>
      end(isLate ? `did nothing for ${TIMEOUT_MS / 1000} s` : `crashed with ${signal ?? code}`),
    );
    child.send(request);
  });
}
