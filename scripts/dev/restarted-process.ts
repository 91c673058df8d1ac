/** A process that is started again and again, one at a time. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Time to end after SIGTERM; after it the process is killed, which loses no job. */
const GRACE_MS = 3000;

export interface RestartedProcess {
  /** Ends the process where it runs, then starts it. */
  restart(): void;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Runs a script with Node; its output goes where this process's goes. */
export function restartedProcess(script: string, env: NodeJS.ProcessEnv): RestartedProcess {
  let running: ChildProcess | undefined;
  let turn = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(work);
    return turn;
  };
  const end = async () => {
    if (running) await ended(running);
    running = undefined;
  };
  return {
    restart() {
      void inTurn(async () => {
        await end();
        running = spawn(process.execPath, [script], { env, stdio: 'inherit' });
      });
    },
    stop: () => inTurn(end),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  const killing = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.kill('SIGTERM');
  await exit;
  clearTimeout(killing);
}
