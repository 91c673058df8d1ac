/** A job as a stream of events: its statuses, which are numbered, and its progress in between. */

import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { after, every } from '../concurrency/timers.ts';
import { isFinished, type Job } from '../jobs/job.ts';
import type { Services } from '../services/services.ts';
import { functionTimeMs } from './deadline.ts';
import { originOf } from './origin.ts';

/** Comments that keep proxies from closing a silent stream. */
const KEEP_ALIVE_MS = 15_000;

/** One event of the stream. Progress has no id: whoever comes back goes on behind the last status. */
interface StreamEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/**
 * Statuses behind the one of number `seen`, each once, and what a job under way has done when it has
 * done more, or when there is a new picture of it; the newest with the job's description as data. The stream ends with the job,
 * or before the function does that answers: clients come back for the rest
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
export function streamEvents(c: Context, services: Services, id: string, seen: number): Response {
  const { jobs, descriptions, config } = services;
  const origin = originOf(c, config);
  const lastsMs = functionTimeMs(c);
  c.header('cache-control', 'no-store');
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const stopEnding = lastsMs === undefined ? () => {} : after(lastsMs, () => gone.abort());
    const stopKeepingAlive = every(KEEP_ALIVE_MS, () => void stream.write(':\n\n'));
    try {
      let told = seen;
      let shown: number | undefined;
      for await (const job of jobs.changes(id, gone.signal)) {
        const describe = async () => JSON.stringify(await descriptions.job(job, origin));
        const isShown = previewOf(job) === shown;
        for (const event of await eventsOf(job, told, isShown, describe)) {
          await stream.writeSSE(event);
        }
        told = Math.max(told, job.events.length);
        shown = previewOf(job);
        if (isFinished(job)) break;
      }
    } finally {
      stopEnding();
      stopKeepingAlive();
    }
  });
}

async function eventsOf(
  job: Job,
  told: number,
  isShown: boolean,
  describe: () => Promise<string>,
): Promise<StreamEvent[]> {
  const { id } = job.request;
  const fresh = job.events.filter(({ number }) => number > told);
  const last = fresh.pop();
  const passed = fresh.map(({ number, status, at }) => ({
    id: String(number),
    event: status,
    data: JSON.stringify({ id, status, at }),
  }));
  if (last === undefined) {
    const advanced = job.status === 'processing' && job.progress !== undefined;
    const event = isShown ? 'progress' : 'preview';
    return advanced ? [{ event, data: await describe() }] : [];
  }
  return [...passed, { id: String(last.number), event: last.status, data: await describe() }];
}

function previewOf(job: Job): number | undefined {
  return job.status === 'processing' ? job.progress?.preview : undefined;
}
