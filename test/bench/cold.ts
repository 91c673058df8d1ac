/**
 * `npm run bench:cold`: what a Lambda function weighs, and how long its first answers take in a new
 * process. `--save` keeps the figures for docs/deploy.md.
 */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { httpEvent, LAMBDA_ROOT, sqsEvent, startFunction } from '../support/lambda.ts';
import { jpeg } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';
import { machineName, median, rounded, saveResults } from './report.ts';

export interface ColdResults {
  readonly machine: string;
  readonly unpackedMegabytes: number;
  readonly zipMegabytes: number;
  /** Medians in milliseconds from the start of the process. */
  readonly firstAnswerMs: number;
  /** The same with metrics for CloudWatch. */
  readonly meteredAnswerMs: number;
  readonly firstPaintingMs: number;
  readonly webhooksFunctionMs: number;
  /** A 512 x 512 painting in a warm function. */
  readonly warmPaintingMs: number;
  /** Most resident memory of the painting function. */
  readonly residentMegabytes: number;
}

const RUNS = 5;
/** Of the two that are compared with each other, by turns. */
const PAIRS = 15;
const WARM_RUNS = 9;
const MEGABYTE = 1e6;

const ZIP = fileURLToPath(new URL('../../.serverless/impasto.zip', import.meta.url));

const photo = await jpeg(512, 512);
const painting = httpEvent('POST', '/v1/stylizations', {
  headers: { 'content-type': 'image/jpeg' },
  body: photo,
});
const styles = httpEvent('GET', '/v1/styles');
const queues = 'http://127.0.0.1:1';
const nowhere = {
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  S3_BUCKET: 'none',
  JOBS_QUEUE_URL: `${queues}/jobs`,
  WEBHOOKS_QUEUE_URL: `${queues}/webhooks`,
};

const results: ColdResults = {
  machine: machineName(),
  unpackedMegabytes: rounded((await sizeOf(LAMBDA_ROOT)) / MEGABYTE),
  zipMegabytes: rounded((await stat(ZIP)).size / MEGABYTE),
  ...(await pairedAnswers()),
  firstPaintingMs: await cold('api.handler', painting),
  webhooksFunctionMs: await cold('webhooks.handler', sqsEvent(), nowhere),
  ...(await warm()),
};
console.table([results]);
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) {
  await saveResults('cold', results);
}

/** In turns, so that whatever else the machine does falls on both. */
async function pairedAnswers() {
  const [plain, metered]: [number[], number[]] = [[], []];
  for (let i = 0; i < PAIRS; i += 1) {
    plain.push(await once('api.handler', styles));
    metered.push(await once('api.handler', styles, { METRICS_NAMESPACE: 'Impasto' }));
  }
  return {
    firstAnswerMs: Math.round(median(plain)),
    meteredAnswerMs: Math.round(median(metered)),
  };
}

async function cold(handler: string, event: unknown, environment = {}): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i += 1) times.push(await once(handler, event, environment));
  return Math.round(median(times));
}

/** Milliseconds from the start of a process to its first answer. */
async function once(handler: string, event: unknown, environment = {}): Promise<number> {
  const started = performance.now();
  const running = await startFunction(handler, {
    ACCESS: 'open',
    DATA_DIR: temporary(),
    ...environment,
  });
  await running.invoke(event);
  running.stop();
  return performance.now() - started;
}

async function warm() {
  const running = await startFunction('api.handler', { DATA_DIR: temporary(), ACCESS: 'open' });
  const times: number[] = [];
  for (let i = 0; i < WARM_RUNS; i += 1) {
    const started = performance.now();
    await running.invoke(painting);
    times.push(performance.now() - started);
  }
  const residentMegabytes = Math.round(running.residentBytes() / MEGABYTE);
  running.stop();
  return { warmPaintingMs: Math.round(median(times)), residentMegabytes };
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
