/**
 * Large pictures are painted in a process of their own: what goes wrong there, in whatever a network does with
 * the memory of a large picture, takes nobody else with it, the scheduler lets small pictures through meanwhile, and
 * who gives up just kills it. It is kept for a while for the next picture, or the next level of the same
 * one, and ends then, so that its memory goes back to the system.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { abandonable, NEVER } from '../../concurrency/deadline.ts';
import { after } from '../../concurrency/timers.ts';
import { atExit } from '../../host/at-exit.ts';
import { nodeFlags } from '../../host/node-flags.ts';
import type { LargeProcessReply, LargeProcessRequest } from './messages.ts';

/** How long a process waits for another picture. */
const IDLE_MS = 20_000;

export interface LargeProcesses {
  /** Has a process ready for what is about to be painted; what goes wrong is left to the painting. */
  prepare(request: Omit<LargeProcessRequest, 'job'>): void;
  /** Rejects with the signal's reason where it aborts. */
  paint(request: LargeProcessRequest, signal: AbortSignal): Promise<void>;
  /** Ends those that wait. */
  stop(): void;
}

/** `script` is the built `large-process`. */
export function largeProcesses(script: string): LargeProcesses {
  /** What ends each of those that wait before its time. */
  const waiting = new Map<ChildProcess, () => void>();

  const keep = (child: ChildProcess): void => {
    const end = () => {
      release(child);
      child.kill('SIGKILL');
    };
    const forget = after(IDLE_MS, end);
    child.once('exit', end);
    waiting.set(child, () => {
      forget();
      child.off('exit', end);
    });
  };

  const release = (child: ChildProcess): void => {
    waiting.get(child)?.();
    waiting.delete(child);
  };

  const take = (): ChildProcess => {
    const [kept] = waiting.keys();
    if (kept === undefined) return start(script);
    release(kept);
    return kept;
  };

  const perform = async (request: LargeProcessRequest, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const child = take();
    await performed(child, request, signal).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
    keep(child);
  };

  let prepared: Promise<void> = Promise.resolve();

  return {
    prepare(request) {
      prepared = perform(request, NEVER).catch(() => {});
    },
    async paint(request, signal) {
      await abandonable(signal, prepared);
      await perform(request, signal);
    },
    stop() {
      for (const child of [...waiting.keys()]) {
        release(child);
        child.kill('SIGKILL');
      }
    },
  };
}

/**
 * What each strip takes anew stays with the process between two strips: where the C library gives it back to the
 * system each time, a fifth of the time goes into getting it again. Others than glibc's take no notice.
 */
const KEEP_MEMORY = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 26),
};

function start(script: string): ChildProcess {
  const child = fork(script, {
    serialization: 'advanced',
    env: {
      // biome-ignore lint/style/noProcessEnv: what the process inherits anyway, and how the C library keeps memory.
      ...process.env,
      ...KEEP_MEMORY,
    },
    ...nodeFlags(),
  });
  const ended = atExit(() => child.kill('SIGKILL'));
  child.once('exit', ended);
  // Whoever asks it for something is told; where nobody does, nobody misses it.
  child.on('error', () => {});
  return child;
}

/** Rejects with what went wrong, or the signal's reason. */
function performed(
  child: ChildProcess,
  request: LargeProcessRequest,
  signal: AbortSignal,
): Promise<void> {
  let quiet = () => {};
  const answer = new Promise<void>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    const onMessage = ({ error }: LargeProcessReply) =>
      error === undefined ? resolve() : reject(new Error(error));
    const onExit = (code: number | null, killedBy: string | null) =>
      reject(new Error(`The process ended with ${killedBy ?? code}.`));
    signal.addEventListener('abort', onAbort);
    child.on('message', onMessage).on('error', reject).on('exit', onExit);
    quiet = () => {
      signal.removeEventListener('abort', onAbort);
      child.off('message', onMessage).off('error', reject).off('exit', onExit);
    };
  });
  child.send(request);
  return answer.finally(quiet);
}
