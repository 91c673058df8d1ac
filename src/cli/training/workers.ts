/** Several processes that train one network: each runs the same command line under its own rank. */

import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { alone, type Exchange } from '../../training/exchange.ts';
import type { Workers } from '../../training/run.ts';
import { zeromqExchange } from '../../training/zeromq-exchange.ts';
import { between } from '../arguments.ts';
import { UsageError } from '../outputs.ts';

export interface WorkerFlags {
  readonly workers: number;
  readonly rank?: string;
  readonly rendezvous?: string;
  readonly workerTimeout: number;
}

const LOCAL = 'tcp://127.0.0.1:*';

export function workersOf(flags: WorkerFlags): Workers {
  return { size: flags.workers, join: () => joinWorkers(flags) };
}

/**
 * This process's place among the workers. Without a rank it is the first, and starts the others.
 * Throws a {@link UsageError} where rank and rendezvous do not go together.
 */
async function joinWorkers(flags: WorkerFlags): Promise<Exchange> {
  const { workers: size, rendezvous, workerTimeout } = flags;
  if (size === 1) return alone;
  const timeoutMs = workerTimeout * 1000;
  if (flags.rank !== undefined) {
    if (rendezvous === undefined) throw new UsageError('Expected --rendezvous beside --rank.');
    const rank = between(0, size - 1, true)(flags.rank);
    return zeromqExchange({ rank, size, address: rendezvous, timeoutMs });
  }
  shareCores(size);
  const exchange = await zeromqExchange({ rank: 0, size, address: rendezvous ?? LOCAL, timeoutMs });
  const children = Array.from({ length: size - 1 }, (_, i) =>
    startWorker(i + 1, exchange.address, () => exchange.close()),
  );
  return {
    ...exchange,
    close() {
      exchange.close();
      for (const child of children) child.removeAllListeners('exit');
    },
  };
}

/** TensorFlow's thread pool, here and in the processes started from here. */
function shareCores(workers: number): void {
  const threads = Math.max(1, Math.floor(availableParallelism() / workers));
  // biome-ignore lint/style/noProcessEnv: TensorFlow reads its number of threads from there alone.
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
}

/** Ends with the process that started it: at the latest, its next message finds nobody. */
function startWorker(rank: number, rendezvous: string, onLost: () => void): ChildProcess {
  const [script = '', ...args] = process.argv.slice(1);
  const place = ['--rank', String(rank), '--rendezvous', rendezvous];
  const child = spawn(process.execPath, [...process.execArgv, script, ...args, ...place], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.on('exit', (code) => {
    if (code !== 0) onLost();
  });
  return child;
}
