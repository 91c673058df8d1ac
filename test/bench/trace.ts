/**
 * `npm run bench:trace`: the trace of a job that was asked for with the address of a photograph, and of its webhook, as a
 * collector gets it; and what metrics and tracing add to a request. `--save` keeps both for docs/operations.md.
 */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type CollectedSpan, SPAN_KINDS, startCollector, treeOf } from '../support/collector.ts';
import { jpeg } from '../support/pictures.ts';
import { startProcess } from '../support/process.ts';
import { serveLocally, startReceiver } from '../support/receiver.ts';
import { machineName, median, rounded, saveResults } from './report.ts';

export interface TraceResults {
  readonly machine: string;
  /** From the root down. */
  readonly spans: readonly SavedSpan[];
  /** Of a request that does next to nothing: without either, with metrics, and with metrics and traces that are sent. */
  readonly medianMs: Readonly<Record<(typeof KINDS)[number], number>>;
}

interface SavedSpan {
  readonly depth: number;
  readonly name: string;
  readonly kind: string;
  /** Since the first span began. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status?: number | undefined;
}

const KINDS = ['without', 'metrics', 'sent'] as const;

const SIDE = 1024;
const REQUESTS = 4000;

const collector = await startCollector();
const environment = { PORT: '0', LOG_LEVEL: 'info', FETCH_PRIVATE_ADDRESSES: '127.0.0.1' };
const metered = { ...environment, METRICS_PORT: '0' };
const traced = { ...metered, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };

const spans = await traceOfJob();
const medianMs = await mediansOf([environment, metered, traced]);
await collector.close();

const results: TraceResults = { machine: machineName(), spans: saved(spans), medianMs };
console.log(JSON.stringify(results, undefined, 2));
if (process.argv.includes('--save')) await saveResults('trace', results);

async function traceOfJob(): Promise<CollectedSpan[]> {
  const photograph = await jpeg(SIDE, SIDE);
  const photographs = await serveLocally((_, response) => response.end(photograph));
  const receiver = await startReceiver();
  const server = await started(traced);
  // The first painting loads the style, which is not what the second one is about.
  for (const id of ['first', 'second']) {
    const told = receiver.received.length;
    await fetch(`${server.url}/v1/stylizations/${id}?webhook=${receiver.url}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify({ image: `${photographs.url}/photo.jpg` }),
    });
    while (receiver.received.length === told) await sleep(20);
  }
  await server.stop();
  await Promise.all([photographs.close(), receiver.close()]);
  const all = collector.spans();
  const traces = all.filter(({ name }) => name.startsWith('PUT')).map(({ traceId }) => traceId);
  return all.filter(({ traceId }) => traceId === traces.at(-1));
}

async function started(settings: Record<string, string>) {
  const { process: child, url } = startProcess(settings);
  return {
    url: await url(),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** In turns, so that whatever else the machine does falls on all. */
async function mediansOf(
  settings: readonly Record<string, string>[],
): Promise<TraceResults['medianMs']> {
  const servers: Awaited<ReturnType<typeof started>>[] = [];
  for (const each of settings) servers.push(await started(each));
  const times = servers.map((): number[] => []);
  for (let i = 0; i < REQUESTS; i += 1) {
    for (const [which, { url }] of servers.entries()) {
      const begun = performance.now();
      await (await fetch(`${url}/v1/stylizations/none`)).arrayBuffer();
      times[which]?.push(performance.now() - begun);
    }
  }
  for (const { stop } of servers) await stop();
  const [without = 0, metrics = 0, sent = 0] = times.map((each) => rounded(median(each), 2));
  return { without, metrics, sent };
}

function saved(found: readonly CollectedSpan[]): SavedSpan[] {
  const tree = treeOf(found);
  const origin = tree[0]?.span.startTimeUnixNano ?? 0n;
  return tree.map(({ depth, span }) => ({
    depth,
    name: span.name,
    kind: SPAN_KINDS[span.kind] ?? '',
    startMs: milliseconds(span.startTimeUnixNano - origin),
    durationMs: milliseconds(span.endTimeUnixNano - span.startTimeUnixNano),
    status: z.int().optional().parse(span.attributes['http.response.status_code']),
  }));
}

function milliseconds(nanoseconds: bigint): number {
  return rounded(Number(nanoseconds) / 1e6);
}
