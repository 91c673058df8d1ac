/**
 * `npm run bench:mixed`: sixteen callers with small pictures, alone and then beside eight callers with pictures of twelve
 * megapixels, each of whom sends the next one when the answer is there. `--save` keeps the figures for docs/performance.md.
 */

import { once } from 'node:events';
import { Command } from 'commander';
import sharp from 'sharp';
import { drawSample } from '../../src/images/sample.ts';
import { startProcess } from '../support/process.ts';
import { SAMPLE_SIDE, samplePhoto } from './http.ts';
import { machineName, quantile, rounded, saveResults } from './report.ts';
import { mostResident } from './resident.ts';

export interface MixedResults {
  readonly machine: string;
  readonly seconds: number;
  readonly smallCallers: number;
  readonly largeCallers: number;
  readonly smallAlone: Times;
  readonly smallBeside: Times;
  readonly large: Times;
  /** Answers that are no painting. */
  readonly failures: number;
  /** Most that the server and its processes held at one time, large pictures included. */
  readonly residentMegabytes: number;
}

interface Times {
  readonly paintings: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const SMALL_CALLERS = 16;
const LARGE_CALLERS = 8;
const LARGE = { width: 4000, height: 3000 };

const { seconds, save } = new Command()
  .option('--seconds <number>', 'of each of both', Number, 60)
  .option('--save', 'keep the results', false)
  .parse()
  .opts<{ seconds: number; save: boolean }>();

const small = await samplePhoto();
const large = await sharp(await drawSample())
  .resize({ ...LARGE, fit: 'fill' })
  .jpeg()
  .toBuffer();
const server = startProcess({
  PORT: '0',
  LOG_LEVEL: 'info',
  QUEUE_SIZE: String(SMALL_CALLERS + LARGE_CALLERS),
  REQUEST_TIMEOUT_MS: '600000',
});
const url = `${await server.url()}/v1/stylizations`;
let failures = 0;
await Promise.all([called(small, 2, 1), called(large, 1, 1)]);
failures = 0;

const alone = await called(small, SMALL_CALLERS, seconds);
const mostBytes = mostResident(server.process);
const [beside, bigs] = await Promise.all([
  called(small, SMALL_CALLERS, seconds),
  called(large, LARGE_CALLERS, seconds),
]);
const results: MixedResults = {
  machine: machineName(),
  seconds,
  smallCallers: SMALL_CALLERS,
  largeCallers: LARGE_CALLERS,
  smallAlone: timesOf(alone),
  smallBeside: timesOf(beside),
  large: timesOf(bigs),
  failures,
  residentMegabytes: Math.round(mostBytes() / 1e6),
};
server.process.kill('SIGTERM');
await once(server.process, 'exit');
console.log(JSON.stringify({ smallSide: SAMPLE_SIDE, ...results }, undefined, 2));
if (save) await saveResults('mixed', results);

/** Milliseconds of every painting that was asked for within these seconds. */
async function called(photo: Buffer, callers: number, lastsSeconds: number): Promise<number[]> {
  const end = performance.now() + lastsSeconds * 1000;
  const times: number[] = [];
  const caller = async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: new Uint8Array(photo),
      });
      await answer.arrayBuffer();
      if (answer.status === 200) times.push(performance.now() - begun);
      else failures += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return times;
}

function timesOf(times: readonly number[]): Times {
  return {
    paintings: times.length,
    p50Ms: rounded(quantile(times, 0.5)),
    p99Ms: rounded(quantile(times, 0.99)),
  };
}
