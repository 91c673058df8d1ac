/** A job and its messages: one may be missing when the job is asked for again, or there twice. */

import { expect, test } from 'vitest';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { jobMessage } from '../../src/jobs/messages.ts';
import { jobRequest } from '../support/job-request.ts';
import { jobsOf } from '../support/jobs.ts';

const request = jobRequest('one');

test('a job that was kept but not queued is queued when it is asked for again', async () => {
  let broken = true;
  const { jobs, queue, worker } = jobsOf(JOB_KINDS, (sound) => ({
    ...sound,
    async send(...message) {
      if (broken) throw new Error('The process has died.');
      return sound.send(...message);
    },
  }));
  await expect(jobs.submit(request)).rejects.toThrow('died');
  broken = false;
  expect((await jobs.submit(request)).created).toBe(false);
  const consumer = await queue.consume(worker, { concurrency: 1, onError: () => {} });
  const job = await jobs.finished('one', AbortSignal.timeout(10_000));
  expect(job).toMatchObject({ status: 'succeeded', attempts: 1 });
  await consumer.stop();
});

test('a second message leaves a job alone that is begun; the first one, come again, takes it over', async () => {
  const { jobs, worker } = jobsOf(JOB_KINDS);
  await jobs.submit(request);
  await jobs.start('one', 'a worker that dies');
  const message = { body: jobMessage('one'), receives: 1 };
  const never = new AbortController().signal;
  await worker.handle(message, never);
  expect(await jobs.read('one')).toMatchObject({ status: 'starting', attempts: 1 });
  await worker.handle({ ...message, receives: 2 }, never);
  expect(await jobs.read('one')).toMatchObject({ status: 'succeeded', attempts: 2 });
});
