/** The end of every job has one log line, at a level that says whose fault it was. */

import { expect, test } from 'vitest';
import { cancel, fail, type Job, process, queue, start, succeed } from '../../src/jobs/job.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { jobObserver } from '../../src/jobs/observation.ts';
import { SILENT_METER } from '../../src/telemetry/meter.ts';
import { jobRequest } from '../support/job-request.ts';

const now = new Date();
const queued = queue({ ...jobRequest('a'), requestId: 'request-1' });
const working = process(start(queued, 'claim', now), now);

const told = (job: Job) => {
  const lines: unknown[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, ...fields });
  const log = { info: at('info'), warn: at('warn'), error: at('error') };
  jobObserver({ log, meter: SILENT_METER, kinds: JOB_KINDS, tenant: 'acme' })(job);
  return lines;
};

const problem = (type: 'internal' | 'image-unreadable') => ({ type, detail: 'no' }) as const;

test.each([
  [succeed(working, { output: {}, timingsMs: { decode: 2 } }, now, 9), 'info', 'succeeded'],
  [fail(working, problem('image-unreadable'), now, 9), 'info', 'failed'],
  [fail(working, problem('internal'), now, 9), 'error', 'given up'],
  [cancel(queued, 'why not', now, 9), 'info', 'canceled'],
])('%#: one line at level %s', (job, level, word) => {
  expect(told(job)).toEqual([
    expect.objectContaining({
      level,
      message: expect.stringContaining(word),
      job: 'a',
      kind: 'stylization',
      requestId: 'request-1',
      tenant: 'acme',
    }),
  ]);
});

test('a job that is not finished has none', () => {
  expect(told(queued)).toEqual([]);
  expect(told(working)).toEqual([]);
});
