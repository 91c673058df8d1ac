import { once } from 'node:events';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type JobKind, jobKind } from '../../src/jobs/kind.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { jobMessage } from '../../src/jobs/messages.ts';
import { jobRequest } from '../support/job-request.ts';
import { jobsOf } from '../support/jobs.ts';

test('a message that comes again while its job is worked on here is not done before the job', async () => {
  const [working, done] = [new AbortController(), new AbortController()];
  const begun = once(working.signal, 'abort');
  const waiting = {
    name: 'waiting',
    notFound: 'not-found',
    work: z.object({}),
    output: z.object({}),
    inputKeys: () => [],
    describe: async () => ({}),
    prepare: async () => async () => {
      working.abort();
      await once(done.signal, 'abort');
      throw new Error('The engine has crashed.');
    },
  } satisfies JobKind<object, object>;
  const { jobs, worker } = jobsOf({ ...JOB_KINDS, waiting: jobKind(waiting) });
  await jobs.submit({ ...jobRequest('slow'), kind: 'waiting', work: {} });
  const { signal } = new AbortController();
  const ends: string[] = [];
  const handle = async (receives: number) => {
    await worker
      .handle({ body: jobMessage('slow'), receives }, signal)
      .catch(({ message }: Error) => void ends.push(message));
    ends.push(`${receives}`);
  };
  const first = handle(1);
  await begun;
  const second = handle(2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ends).toEqual([]);
  done.abort();
  await Promise.all([first, second]);
  expect(ends.filter((end) => end === 'The engine has crashed.')).toHaveLength(2);
});
