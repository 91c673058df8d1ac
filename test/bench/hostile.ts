/**
 * `npm run bench:hostile`: random hostile requests against every route of a server on this machine,
 * while an honest caller goes on painting. Prints the statuses, the growth of memory and descriptors,
 * and the honest caller's times alone and meanwhile; fails where a status is a fault of the server, a
 * connection gets no answer, or something is left open. It ends by itself after a bounded time.
 */

import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { jpeg } from '../support/pictures.ts';
import { residentBytes, startProcess } from '../support/process.ts';
import { type Document, type HostileRequest, hostileRequests } from './hostile-requests.ts';
import { quantile } from './report.ts';

const flags = new Command()
  .option('--requests <number>', 'how many hostile requests', Number, 600)
  .option('--seed <number>', 'of what they are', Number, 1)
  .option('--callers <number>', 'that send them at the same time', Number, 16)
  .option('--port <number>', 'of the server; 0 takes a free one', Number, 0)
  .parse()
  .opts<{ requests: number; seed: number; callers: number; port: number }>();

/** Longest that one request is waited for; longer than any limit of the server. */
const PATIENCE_MS = 15_000;
const MAX_RUN_MS = 300_000;
/** What is stalled or trickles goes on for so long. */
const STALLED_MS = 1500;
const HONEST_REQUESTS = 20;
const HONEST_PAUSE_MS = 100;
/** Until what was hung up on has ended. */
const QUIET_MS = 5000;
/** What may be refused, or could not be finished, through no fault of the server. */
const ALLOWED = new Set([503, 507]);

const photo = await jpeg(256, 192);
const server = startProcess({
  PORT: String(flags.port),
  HOST: '127.0.0.1',
  LOG_LEVEL: 'info',
  CALLER_HEADER: 'x-caller',
  BODY_TIMEOUT_MS: '1000',
  REQUEST_TIMEOUT_MS: '10000',
  JOB_TIMEOUT_MS: '10000',
});
const giveUp = setTimeout(() => server.process.kill('SIGKILL'), MAX_RUN_MS);
try {
  process.exitCode = (await run(await server.url())) ? 0 : 1;
} finally {
  clearTimeout(giveUp);
  server.process.kill('SIGKILL');
}

async function run(url: string): Promise<boolean> {
  while ((await paint(url)).status !== 200) await sleep(100);
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  const next = await hostileRequests(document, flags.seed);
  const port = Number(new URL(url).port);

  // Once over before anything is measured: what is loaded at first use stays.
  await attack(port, next, Math.ceil(flags.requests / 4));
  await sleep(QUIET_MS);
  const before = resources();
  const alone = await honestTimes(url, () => HONEST_REQUESTS);

  let attacking = true;
  const meanwhile = honestTimes(url, (painted) => (attacking ? painted + 1 : painted));
  const outcomes = await attack(port, next, flags.requests);
  attacking = false;
  const during = await meanwhile;
  await sleep(QUIET_MS);
  const after = resources();

  const statuses = counted(outcomes);
  const faults = Object.keys(statuses).filter((status) => isFault(status));
  console.log(
    'requests',
    outcomes.length,
    'to',
    new Set(outcomes.map((o) => o.route)).size,
    'routes',
  );
  console.log('statuses', statuses);
  console.log('memory, MB', { before: megabytes(before.bytes), after: megabytes(after.bytes) });
  console.log('descriptors', { before: before.descriptors, after: after.descriptors });
  console.log('honest caller alone, ms', summary(alone));
  console.log('honest caller meanwhile, ms', summary(during));
  const leaked = after.descriptors > before.descriptors;
  const refused = during.filter(({ status }) => status !== 200).length;
  if (faults.length > 0) console.log('FAIL: faults', faults);
  if (leaked) console.log('FAIL: descriptors are left open');
  if (refused > 0) console.log(`FAIL: ${refused} honest requests were not painted`);
  return faults.length === 0 && !leaked && refused === 0;
}

function isFault(status: string): boolean {
  return status === 'no answer' || (Number(status) >= 500 && !ALLOWED.has(Number(status)));
}

interface Outcome {
  readonly route: string;
  readonly status: string;
}

async function attack(port: number, next: () => HostileRequest, count: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let left = count;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const request = next();
      outcomes.push({ route: request.route, status: await send(port, request) });
    }
  };
  await Promise.all(Array.from({ length: flags.callers }, caller));
  return outcomes;
}

/** The answer's status, or what came instead of one. */
function send(port: number, { manner, bytes }: HostileRequest): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    const end = (status: string) => {
      clearTimeout(patience);
      clearTimeout(stalled);
      socket.destroy();
      resolve(status);
    };
    const patience = setTimeout(() => end('no answer'), PATIENCE_MS);
    const leave = manner === 'hung up' ? 20 : STALLED_MS;
    const stalled = setTimeout(() => manner !== 'whole' && end(manner), leave);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const status = /^HTTP\/1\.1 (?!100)(\d{3})/m.exec(text)?.[1];
      if (status !== undefined) end(status);
    });
    socket.on('error', () => {});
    socket.on('close', () => end(manner === 'whole' ? 'no answer' : manner));
    if (manner === 'trickled') {
      for (let i = 0; i < 10; i += 1) {
        setTimeout(
          () => socket.destroyed || socket.write(bytes.subarray(i * 20, i * 20 + 20)),
          i * 100,
        );
      }
    } else socket.write(bytes);
  });
}

interface Honest {
  readonly ms: number;
  readonly status: number;
}

async function honestTimes(url: string, until: (painted: number) => number): Promise<Honest[]> {
  const times: Honest[] = [];
  while (times.length < until(times.length)) {
    times.push(await paint(url));
    await sleep(HONEST_PAUSE_MS);
  }
  return times;
}

async function paint(url: string): Promise<Honest> {
  const started = performance.now();
  const answer = await fetch(`${url}/v1/stylizations`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', 'x-caller': 'honest' },
    body: new Uint8Array(photo),
  });
  await answer.arrayBuffer();
  return { ms: performance.now() - started, status: answer.status };
}

function resources(): { bytes: number; descriptors: number } {
  const descriptors = readdirSync(`/proc/${server.process.pid}/fd`).length;
  return { bytes: residentBytes(server.process), descriptors };
}

function counted(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function summary(times: readonly Honest[]) {
  const sorted = times.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => Math.round(quantile(sorted, share));
  return { requests: times.length, median: at(0.5), p95: at(0.95), longest: at(1) };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
