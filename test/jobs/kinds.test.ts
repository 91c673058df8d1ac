/** Jobs know nothing of what their kinds do: here one that counts, and paints nothing. */

import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Job, JobRequest, Progress } from '../../src/jobs/job.ts';
import { type JobKind, jobKind } from '../../src/jobs/kind.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { createDescriptions } from '../../src/jobs/resource.ts';
import { jobRequest } from '../support/job-request.ts';
import { jobsOf } from '../support/jobs.ts';

const counting = {
  name: 'counting',
  notFound: 'not-found',
  work: z.object({ to: z.int() }),
  output: z.object({ sum: z.int() }),
  inputKeys: () => [],
  describe: async ({ to }, output) => ({ to, sum: output?.sum ?? null }),
  prepare: async ({ to }) => {
    return async ({ report }) => {
      let sum = 0;
      for (let number = 1; number <= to; number += 1) {
        sum += number;
        report({ done: number, total: to, unit: 'numbers' });
      }
      return { sum };
    };
  },
} satisfies JobKind<{ to: number }, { sum: number }>;

const kinds = { ...JOB_KINDS, counting: jobKind(counting) };

const open = () => jobsOf(kinds);

const { work: _, ...shared } = jobRequest('sum');
const request: JobRequest = { ...shared, kind: 'counting', work: { to: 4 } };
const patience = AbortSignal.timeout(10_000);

test('a job of another kind is queued, worked on, followed and described', async () => {
  const { blobs, jobs, queue, worker } = open();
  await jobs.submit(request);
  const consumer = await queue.consume(worker, { concurrency: 1, onError: () => {} });
  const job = await jobs.finished('sum', patience);
  await consumer.stop();
  expect(job).toMatchObject({ status: 'succeeded', output: { sum: 10 } });
  const descriptions = createDescriptions(kinds, { blobs, urlTtlSeconds: 60 });
  expect(await descriptions.job(job, '')).toMatchObject({
    id: 'sum',
    status: 'succeeded',
    to: 4,
    sum: 10,
    error: null,
  });
});

test('its progress is a number with a unit, and is no event', async () => {
  const { jobs } = open();
  await jobs.submit(request);
  await jobs.start('sum', 'mine');
  await jobs.process('sum', 'mine');
  const seen: (Progress | undefined)[] = [];
  for await (const job of jobs.changes('sum', patience)) {
    seen.push(progressOf(job));
    if (job.status !== 'processing') break;
    if (seen.length === 1) await jobs.advance('sum', 'mine', halfway);
    else await jobs.succeed('sum', 'mine', { output: { sum: 10 }, timingsMs: {} });
  }
  expect(seen).toEqual([undefined, halfway, undefined]);
  const { events } = await jobs.read('sum');
  expect(events.map(({ status }) => status)).toEqual([
    'queued',
    'starting',
    'processing',
    'succeeded',
  ]);
});

test('whoever has lost the job cannot tell of progress', async () => {
  const { jobs } = open();
  await jobs.submit(request);
  await jobs.start('sum', 'first');
  await jobs.process('sum', 'first');
  await jobs.start('sum', 'second');
  await jobs.process('sum', 'second');
  await jobs.advance('sum', 'first', halfway);
  expect(progressOf(await jobs.read('sum'))).toBeUndefined();
});

test('a record from before there were kinds is that of a stylization', async () => {
  const { blobs, jobs } = open();
  const { kind: __, work, ...rest } = jobRequest('old');
  await jobs.submit(jobRequest('old'));
  const before = { ...rest, ...(work as object) };
  const found = await jobs.read('old');
  const bytes = new TextEncoder().encode(JSON.stringify({ ...found, request: before }));
  await blobs.write('jobs/old/job.json', bytes);
  expect((await jobs.read('old')).request).toMatchObject({ kind: 'stylization', work });
});

test('a job of a kind that is not known here is left for those who know it', async () => {
  const { blobs, jobs, worker } = open();
  await jobs.submit(request);
  const found = await jobs.read('sum');
  const strange = { ...found, request: { ...found.request, kind: 'constructor', work: 7 } };
  await blobs.write('jobs/sum/job.json', new TextEncoder().encode(JSON.stringify(strange)));
  const message = { body: JSON.stringify({ job: 'sum' }), receives: 1 };
  await expect(worker.handle(message, patience)).rejects.toThrow('Expected a job of kind');
  expect(await jobs.read('sum')).toMatchObject({ status: 'starting', request: { work: 7 } });
});

const halfway: Progress = { done: 2, total: 4, unit: 'numbers' };

function progressOf(job: Job): Progress | undefined {
  return job.status === 'processing' ? job.progress : undefined;
}
