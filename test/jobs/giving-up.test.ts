/** What becomes of jobs that were begun as often as they may be. */

import { expect, test } from 'vitest';
import { giveUpJob } from '../../src/jobs/give-up.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { jobMessage } from '../../src/jobs/messages.ts';
import { jobRequest } from '../support/job-request.ts';
import { jobsOf } from '../support/jobs.ts';

async function open() {
  const sent: string[] = [];
  const { jobs } = jobsOf(JOB_KINDS, (queue) => ({
    ...queue,
    send: async (body) => void sent.push(body),
  }));
  await jobs.submit(jobRequest('one'));
  return {
    jobs,
    sent,
    giveUp: () => giveUpJob(jobs)({ body: jobMessage('one'), receives: 6 }),
    /** Begun by a worker that dies when so much is done. */
    async attempt(done?: number) {
      const claim = crypto.randomUUID();
      await jobs.start('one', claim);
      await jobs.process('one', claim);
      if (done !== undefined) await jobs.advance('one', claim, { done, total: 9, unit: 'steps' });
    },
  };
}

test('one that has not come further fails', async () => {
  const { jobs, sent, attempt, giveUp } = await open();
  await attempt();
  await giveUp();
  expect(await jobs.read('one')).toMatchObject({
    status: 'failed',
    problem: { type: 'internal' },
  });
  expect(sent).toHaveLength(1);
});

test('one that has come further is queued anew, by a message of its own', async () => {
  const { jobs, sent, attempt, giveUp } = await open();
  await attempt(3);
  await attempt();
  await giveUp();
  expect(await jobs.read('one')).toMatchObject({ status: 'queued', attempts: 2 });
  expect(sent).toEqual([jobMessage('one'), jobMessage('one')]);
});

test('and fails when it comes no further than before', async () => {
  const { jobs, sent, attempt, giveUp } = await open();
  await attempt(3);
  await giveUp();
  await attempt(2);
  await giveUp();
  expect((await jobs.read('one')).status).toBe('failed');
  expect(sent).toHaveLength(2);
});
