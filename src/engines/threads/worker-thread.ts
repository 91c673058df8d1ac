/** One painting thread as seen from outside: commands in, promises out. */

import { Worker } from 'node:worker_threads';
import { nodeFlags } from '../../host/node-flags.ts';
import { EngineUnavailableError } from '../unavailable.ts';
import type { WorkerCommand, WorkerOptions, WorkerReply, WorkerResult } from './messages.ts';

export interface WorkerThread {
  send(command: WorkerCommand): Promise<WorkerResult | undefined>;
  /** Sessions this thread has loaded. */
  readonly loaded: Set<number>;
  readonly alive: boolean;
  stop(): Promise<void>;
}

interface Pending {
  resolve(result: WorkerResult | undefined): void;
  reject(error: unknown): void;
}

/** `script` is the built `paint-worker`. */
export function startWorkerThread(script: string, options: WorkerOptions): WorkerThread {
  const worker = new Worker(script, { workerData: options, ...nodeFlags() });
  const pending = new Map<number, Pending>();
  let alive = true;
  let count = 0;

  const fail = (error: unknown): void => {
    alive = false;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  worker.on('message', ({ id, result, error }: WorkerReply) => {
    const waiting = pending.get(id);
    pending.delete(id);
    if (error) waiting?.reject(revived(error));
    else waiting?.resolve(result);
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('The painting thread ended.')));

  return {
    loaded: new Set(),
    get alive() {
      return alive;
    },
    send(command) {
      if (!alive) return Promise.reject(new Error('The painting thread has ended.'));
      const id = count++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, command });
      });
    },
    async stop() {
      await worker.terminate();
    },
  };
}

function revived({ name, message }: { name: string; message: string }): Error {
  return name === 'EngineUnavailableError'
    ? new EngineUnavailableError(message)
    : Object.assign(new Error(message), { name });
}
