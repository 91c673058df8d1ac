/**
 * `npm run bench:threads`: how many paintings at a time, and threads for each, are best: for one
 * caller who waits, and for as many paintings a second as possible. `--save` keeps the figures for
 * docs/performance.md.
 */

import { availableCores } from '../../src/host/machine.ts';
import {
  LONG_QUEUE,
  measureCallers,
  measureOneAtATime,
  OURS,
  samplePhoto,
  startServer,
} from './http.ts';
import { machineName, median, rounded, saveResults } from './report.ts';

export interface ThreadsResults {
  readonly machine: string;
  readonly settings: readonly {
    readonly workers: number;
    readonly threads: number;
    /** One request at a time, the median. */
    readonly oneAtATimeMs: number;
    /** With 16 callers. */
    readonly paintingsPerSecond: number;
  }[];
}

const CALLERS = 16;
/** Every setting in turn, so often: a machine's speed drifts. */
const ROUNDS = 3;

const cores = availableCores();
const counts = [...new Set([1, cores])];
const settings = counts.flatMap((workers) => counts.map((threads) => ({ workers, threads })));
const photo = await samplePhoto();

const measured = settings.map(() => ({ latencies: [] as number[], rates: [] as number[] }));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [i, { workers, threads }] of settings.entries()) {
    const slots = { WORKERS: `${workers}`, THREADS: `${threads}`, SLOTS: `${workers + 1}` };
    const environment = { ...slots, ...LONG_QUEUE };
    const server = await startServer(OURS, environment);
    measured[i]!.latencies.push((await measureOneAtATime(server.url, photo)).totalMs);
    measured[i]!.rates.push((await measureCallers(server.url, photo, CALLERS)).paintingsPerSecond);
    await server.stop();
  }
}

const results: ThreadsResults = {
  machine: machineName(),
  settings: settings.map((setting, i) => ({
    ...setting,
    oneAtATimeMs: rounded(median(measured[i]!.latencies)),
    paintingsPerSecond: rounded(median(measured[i]!.rates)),
  })),
};
console.log(results.machine);
console.table(results.settings);
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) await saveResults('threads', results);
