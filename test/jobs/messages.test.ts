/** A job and its messages: one may be missing when the job is asked for again, or there twice. */

import { expect, test } from 'vitest';
import { createSlots } from '../../src/concurrency/slots.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { jobMessage } from '../../src/jobs/messages.ts';
import { createWorker } from '../../src/jobs/worker.ts';
import { embeddedQueue } from '../../src/queues/embedded-queue.ts';
import type { Queue } from '../../src/queues/queue.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { jobRequest, PAINTING } from '../support/job-request.ts';
import { temporary } from '../support/temporary.ts';

const request = jobRequest('one');

function open(change: (queue: Queue) => Queue = (queue) => queue) {
  const blobs = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  const policy = { maxReceives: 3, firstDelaySeconds: 0.1, maxDelaySeconds: 1 };
  const queue = change(embeddedQueue(blobs, 'jobs', policy));
  const announcements = embeddedQueue(blobs, 'webhooks', policy);
  const jobs = createJobs({
    blobs,
    queue,
    announcements,
    ttlSeconds: 60,
    pollMs: 20,
    kinds: JOB_KINDS,
  });
  const worker = createWorker({
    jobs,
    kinds: JOB_KINDS,
    tools: {
      blobs,
      stylizer: { stylize: async () => PAINTING },
      images: { read: async () => new Uint8Array(1) },
    },
    turns: createSlots({ slots: 2, queueSize: 9 }),
    timeoutMs: 10_000,
  });
  return { jobs, queue, worker };
}

test('a job that was kept but not queued is queued when it is asked for again', async () => {
  let broken = true;
  const { jobs, queue, worker } = open((sound) => ({
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
  const { jobs, worker } = open();
  await jobs.submit(request);
  await jobs.start('one', 'a worker that dies');
  const message = { body: jobMessage('one'), receives: 1 };
  const never = new AbortController().signal;
  await worker.handle(message, never);
  expect(await jobs.read('one')).toMatchObject({ status: 'starting', attempts: 1 });
  await worker.handle({ ...message, receives: 2 }, never);
  expect(await jobs.read('one')).toMatchObject({ status: 'succeeded', attempts: 2 });
});
