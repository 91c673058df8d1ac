/** When work on a job was first begun, in each state that a job can be in. */

import { expect, test } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import type { Jobs } from '../../src/jobs/jobs.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { createDescriptions } from '../../src/jobs/resource.ts';
import { jobRequest } from '../support/job-request.ts';
import { jobsOf } from '../support/jobs.ts';

const problem = { type: 'internal', detail: 'It is over.' } as const;
const result = {
  output: { key: 'none', mediaType: 'image/jpeg', width: 1, height: 1, bytes: 3 },
  timingsMs: {},
};

async function begin(jobs: Jobs, claim: string): Promise<void> {
  await jobs.start('one', claim);
  await jobs.process('one', claim);
}

/** What happens to a job after it was submitted. */
const HISTORIES: Record<string, (jobs: Jobs) => Promise<unknown>> = {
  queued: async () => {},
  'canceled before it began': (jobs) => jobs.cancel('one', 'Nobody wants it.'),
  'failed before it began': (jobs) => jobs.fail('one', problem),
  starting: (jobs) => jobs.start('one', 'first'),
  processing: (jobs) => begin(jobs, 'first'),
  retried: async (jobs) => {
    await begin(jobs, 'first');
    await begin(jobs, 'second');
  },
  'succeeded at the second attempt': async (jobs) => {
    await begin(jobs, 'first');
    await begin(jobs, 'second');
    await jobs.succeed('one', 'second', result);
  },
  'canceled while it was painted': async (jobs) => {
    await begin(jobs, 'first');
    await jobs.cancel('one', 'Nobody wants it.');
  },
  failed: async (jobs) => {
    await begin(jobs, 'first');
    await jobs.fail('one', problem, 'first');
  },
};

/** By a clock that goes on by a second whenever it is looked at. */
function open() {
  let seconds = Date.parse('2026-05-04T09:30:00.000Z') / 1000;
  return jobsOf(JOB_KINDS, undefined, () => new Date(seconds++ * 1000));
}

test.each(Object.entries(HISTORIES))('of a job that is %s', async (_, happen) => {
  const { blobs, jobs } = open();
  const request = { ...jobRequest('one'), createdAt: '2026-05-04T09:29:00.000Z' };
  await jobs.submit(request);
  await happen(jobs);
  const job = await jobs.read('one');
  const begun = job.events.filter(({ status }) => status === 'starting').map(({ at }) => at);
  expect(begun).toHaveLength(job.attempts);
  expect(await startedAt(job, blobs)).toBe(begun.toSorted()[0] ?? null);
});

test('of a painting that its caller waited for, it is when it was asked for', async () => {
  const { blobs, jobs } = open();
  const request = { ...jobRequest('one'), createdAt: '2026-05-04T09:29:00.000Z' };
  const job = await jobs.record(request, result);
  expect(await startedAt(job, blobs)).toBe(request.createdAt);
  expect(job).toMatchObject({ completedAt: '2026-05-04T09:30:00.000Z', attempts: 1 });
});

async function startedAt(job: Job, blobs: ReturnType<typeof jobsOf>['blobs']) {
  const descriptions = createDescriptions(JOB_KINDS, { blobs, urlTtlSeconds: 60 });
  return ((await descriptions.job(job, '')) as { started_at: string | null }).started_at;
}
