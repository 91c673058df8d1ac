/** The built server as its own process, called over HTTP by autocannon in this one. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import sharp from 'sharp';
import { drawSample } from '../../src/images/sample.ts';
import { DIST_DIR } from '../support/dist.ts';
import { type HttpResult, median, quantile, rounded } from './report.ts';

const ONE_AT_A_TIME = 60;
const WARM_UP = 10;
const CALLERS = [1, 2, 4, 8, 16] as const;
const SECONDS = 6;
const STARTS = 5;

/** Of the square that the sample is cut to. */
export const SAMPLE_SIDE = 512;

/** The project's sample as a square JPEG. */
export async function samplePhoto(): Promise<Buffer> {
  return sharp(await drawSample())
    .resize({ width: SAMPLE_SIDE, height: SAMPLE_SIDE, fit: 'cover' })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** So that all callers wait, and none is refused. */
export const LONG_QUEUE = { QUEUE_SIZE: '64' };

/** Arguments of the Node processes that serve. */
export const OURS = [join(DIST_DIR, 'server.js')];
const CLASSIC = ['--import', 'tsx', fileURLToPath(new URL('classic-server.ts', import.meta.url))];

export async function benchHttp(withTensorflow: boolean): Promise<HttpResult> {
  const photo = await samplePhoto();
  const firsts: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const server = await startServer(OURS);
    await paint(server.url, photo);
    firsts.push(performance.now() - server.startedAt);
    await server.stop();
  }
  const server = await startServer(OURS, LONG_QUEUE);
  try {
    const oneAtATime = await measureOneAtATime(server.url, photo);
    const concurrent = [];
    for (const callers of CALLERS)
      concurrent.push(await measureCallers(server.url, photo, callers));
    const classic = withTensorflow ? await measureClassic(photo, oneAtATime.totalMs) : undefined;
    const firstPaintingMs = rounded(median(firsts));
    return { firstPaintingMs, oneAtATime, concurrent, ...(classic && { classic }) };
  } finally {
    await server.stop();
  }
}

async function measureClassic(photo: Buffer, oursMs: number): Promise<HttpResult['classic']> {
  const server = await startServer(CLASSIC);
  try {
    const { totalMs, networkMs } = await measureOneAtATime(server.url, photo);
    return { totalMs, networkMs, ratio: rounded(totalMs / oursMs, 2) };
  } finally {
    await server.stop();
  }
}

export interface ServerProcess {
  readonly url: string;
  readonly startedAt: number;
  stop(): Promise<void>;
}

export async function startServer(
  program: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const startedAt = performance.now();
  const server = spawn(process.execPath, program, {
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      // The same photograph is to be painted each time.
      RESULTS_MAX_BYTES: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${await portOf(server)}`;
  return {
    url,
    startedAt,
    async stop() {
      const exit = once(server, 'exit');
      server.kill('SIGTERM');
      await exit;
    },
  };
}

async function portOf(server: ChildProcess): Promise<string> {
  let output = '';
  for await (const data of server.stdout ?? []) {
    output += data;
    const port = /"port":(\d+)/.exec(output)?.[1];
    if (port === undefined) continue;
    server.stdout?.resume();
    return port;
  }
  throw new Error('The server ended before it listened.');
}

interface Timed {
  readonly totalMs: number;
  readonly networkMs: number;
}

async function paint(url: string, photo: Buffer): Promise<Timed> {
  const started = performance.now();
  const answer = await fetch(`${url}/v1/stylizations`, {
    method: 'POST',
    body: new Uint8Array(photo),
    headers: { 'content-type': 'image/jpeg' },
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`Expected a painting, got ${answer.status}.`);
  const timing = answer.headers.get('server-timing') ?? '';
  const networkMs = Number(/inference;dur=([\d.]+)/.exec(timing)?.[1]);
  return { totalMs: performance.now() - started, networkMs };
}

export async function measureOneAtATime(
  url: string,
  photo: Buffer,
): Promise<HttpResult['oneAtATime']> {
  for (let i = 0; i < WARM_UP; i += 1) await paint(url, photo);
  const times: Timed[] = [];
  for (let i = 0; i < ONE_AT_A_TIME; i += 1) times.push(await paint(url, photo));
  const totals = times.map(({ totalMs }) => totalMs);
  return {
    totalMs: rounded(median(totals)),
    networkMs: rounded(median(times.map(({ networkMs }) => networkMs))),
    aroundMs: rounded(median(times.map(({ totalMs, networkMs }) => totalMs - networkMs))),
    p95Ms: rounded(quantile(totals, 0.95)),
  };
}

export async function measureCallers(
  url: string,
  photo: Buffer,
  callers: number,
): Promise<HttpResult['concurrent'][number]> {
  const { latency, non2xx, requests } = await autocannon({
    url: `${url}/v1/stylizations`,
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: photo,
    connections: callers,
    duration: SECONDS,
  });
  if (non2xx > 0) throw new Error(`Expected paintings only, got ${non2xx} other answers.`);
  return {
    callers,
    paintingsPerSecond: rounded(requests.average),
    p50Ms: latency.p50,
    p99Ms: latency.p99,
  };
}
