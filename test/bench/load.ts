/**
 * `npm run bench:load`: requests that arrive at a fixed rate, whether or not the earlier ones are
 * answered, below, at and far beyond what the server can paint. The server's metrics are held against what the callers
 * have counted; where they differ it fails. `--save` keeps the figures for docs/performance.md.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { maxResidentBytes, startProcess } from '../support/process.ts';
import { sumOf } from '../support/scraped.ts';
import { SAMPLE_SIDE, samplePhoto } from './http.ts';
import { machineName, quantile, rounded, saveResults } from './report.ts';

export interface LoadResults {
  readonly machine: string;
  readonly seconds: number;
  /** Paintings a second for callers who wait for their answers. */
  readonly saturation: number;
  readonly rates: readonly RateResult[];
  /** Of all requests. */
  readonly counts: readonly Counts[];
}

/** One thing, as callers and as the server's metrics count it. */
interface Counts {
  readonly what: string;
  readonly byCallers: number;
  readonly byMetrics: number;
}

interface RateResult {
  /** Arrivals, as a multiple of the saturation. */
  readonly multiple: number;
  readonly arrivalsPerSecond: number;
  readonly paintingsPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Of all arrivals, answered 503 with Retry-After. */
  readonly refusedPercent: number;
  /** How long those waited for their refusal. */
  readonly refusalP99Ms: number;
  /** Answers that are neither a painting nor such a refusal. */
  readonly failures: number;
  /** Most resident memory of the server so far. */
  readonly residentMegabytes: number;
}

interface Answer {
  readonly kind: 'painting' | 'refusal' | 'failure';
  readonly ms: number;
}

const PATH = '/v1/stylizations';

const { seconds, save } = new Command()
  .option('--seconds <number>', 'at each rate', Number, 60)
  .option('--save', 'keep the results', false)
  .parse()
  .opts<{ seconds: number; save: boolean }>();

const MULTIPLES = [0.5, 1, 2, 5];
const CALLERS = 8;
const SATURATION_SECONDS = 10;
/** Between two rates: what waits is answered. */
const PAUSE_MS = 3000;

const photo = await samplePhoto();
const server = startProcess({ PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'info' });
const url = (await server.url()) + PATH;
/** Of all answers, by their status. */
const answered = new Map<number, number>();
while ((await ask()).kind !== 'painting') await sleep(100);

const saturation = await saturate();
await sleep(PAUSE_MS);
const rates: RateResult[] = [];
for (const multiple of MULTIPLES) {
  rates.push({ multiple, ...(await arrive(saturation * multiple, seconds)) });
  await sleep(PAUSE_MS);
}
const counts = await compared();
server.process.kill('SIGTERM');

const results: LoadResults = {
  machine: machineName(),
  seconds,
  saturation: rounded(saturation),
  rates,
  counts,
};
console.log(`${results.machine}: ${results.saturation} paintings a second at saturation`);
console.table(rates);
console.table(counts);
console.log(JSON.stringify(results));
const differing = counts.filter(({ byCallers, byMetrics }) => byCallers !== byMetrics);
if (differing.length > 0) {
  console.error(`Expected the same numbers of ${differing.map(({ what }) => what).join(', ')}.`);
  process.exitCode = 1;
}
if (save) await saveResults('load', results);

async function ask(): Promise<Answer> {
  const started = performance.now();
  const headers = { 'content-type': 'image/jpeg' };
  const kind = await fetch(url, { method: 'POST', headers, body: new Uint8Array(photo) }).then(
    async (answer): Promise<Answer['kind']> => {
      await answer.arrayBuffer();
      answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1);
      if (answer.status === 200) return 'painting';
      return answer.status === 503 && answer.headers.has('retry-after') ? 'refusal' : 'failure';
    },
    () => 'failure' as const,
  );
  return { kind, ms: performance.now() - started };
}

/** Requests by status, paintings and their pixels, since the server has started. */
async function compared(): Promise<Counts[]> {
  const port = /"metricsPort":(\d+)/.exec(server.output())?.[1];
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const requests = 'impasto_http_request_duration_seconds_count';
  const paintings = answered.get(200) ?? 0;
  return [
    ...[...answered].map(([status, byCallers]) => ({
      what: `POST ${PATH} answered ${status}`,
      byCallers,
      byMetrics: sumOf(text, requests, { method: 'POST', route: PATH, status: String(status) }),
    })),
    {
      what: 'requests',
      byCallers: [...answered.values()].reduce((sum, count) => sum + count, 0),
      byMetrics: sumOf(text, requests),
    },
    {
      what: 'paintings',
      byCallers: paintings,
      byMetrics: sumOf(text, 'impasto_paintings_total', { outcome: 'painted' }),
    },
    {
      what: 'pixels',
      byCallers: paintings * SAMPLE_SIDE ** 2,
      byMetrics: sumOf(text, 'impasto_painted_pixels_total'),
    },
  ];
}

/** Paintings a second for callers who wait for their answers: as many as there can be. */
async function saturate(): Promise<number> {
  const end = performance.now() + SATURATION_SECONDS * 1000;
  let paintings = 0;
  const caller = async () => {
    while (performance.now() < end) if ((await ask()).kind === 'painting') paintings += 1;
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return paintings / SATURATION_SECONDS;
}

async function arrive(
  arrivalsPerSecond: number,
  seconds: number,
): Promise<Omit<RateResult, 'multiple'>> {
  const started = performance.now();
  const asked: Promise<Answer>[] = [];
  while (performance.now() - started < seconds * 1000) {
    const due = ((performance.now() - started) / 1000) * arrivalsPerSecond;
    while (asked.length < due) asked.push(ask());
    await sleep(5);
  }
  const answers = await Promise.all(asked);
  const timesOf = (kind: Answer['kind']) =>
    answers.filter((answer) => answer.kind === kind).map(({ ms }) => ms);
  const [paintings, refusals] = [timesOf('painting'), timesOf('refusal')];
  const part = (times: readonly number[], share: number) => Math.round(quantile(times, share));
  return {
    arrivalsPerSecond: rounded(arrivalsPerSecond),
    paintingsPerSecond: rounded(paintings.length / seconds),
    p50Ms: part(paintings, 0.5),
    p95Ms: part(paintings, 0.95),
    p99Ms: part(paintings, 0.99),
    refusedPercent: rounded((100 * refusals.length) / answers.length),
    refusalP99Ms: refusals.length === 0 ? 0 : part(refusals, 0.99),
    failures: timesOf('failure').length,
    residentMegabytes: Math.round(maxResidentBytes(server.process) / 1e6),
  };
}
