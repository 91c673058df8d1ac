/** Jobs, their queue and a worker over a store of their own, where nothing is painted. */

import { createSlots } from '../../src/concurrency/slots.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import type { JobKinds, Tools } from '../../src/jobs/kind.ts';
import { createWorker, type Lane } from '../../src/jobs/worker.ts';
import { embeddedQueue } from '../../src/queues/embedded-queue.ts';
import type { Queue } from '../../src/queues/queue.ts';
import type { BlobStore } from '../../src/storage/blob-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { learnedStyles } from '../../src/styles/learned-styles.ts';
import type { VideoStylizer } from '../../src/stylization/video/stylize-video.ts';
import { PAINTING } from './job-request.ts';
import { temporary } from './temporary.ts';

/** Where no job is a video. */
export const NO_VIDEOS: VideoStylizer = {
  stylize: () => Promise.reject(new TypeError('Expected no video.')),
  assist: () => Promise.reject(new TypeError('Expected no video.')),
};

/** Where no job learns a style. */
export function noStyles(blobs: BlobStore): Pick<Tools, 'learned' | 'trainer'> {
  const refuse = () => Promise.reject(new TypeError('Expected nothing to be learned.'));
  return { learned: learnedStyles(blobs), trainer: { check: refuse, learn: refuse } };
}

export function lanesOf(kinds: JobKinds): Readonly<Record<string, Lane>> {
  const lane = () => ({
    slots: 2,
    turns: createSlots({ slots: 2, queueSize: 9 }),
    timeoutMs: 10_000,
  });
  return Object.fromEntries(Object.keys(kinds).map((kind) => [kind, lane()]));
}

/** `change` puts something between the jobs and their queue; `now` is their clock. */
export function jobsOf(
  kinds: JobKinds,
  change: (queue: Queue) => Queue = (queue) => queue,
  now = () => new Date(),
) {
  const blobs = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  const policy = { maxReceives: 3, firstDelaySeconds: 0.1, maxDelaySeconds: 1 };
  const queue = change(embeddedQueue(blobs, 'jobs', policy));
  const announcements = embeddedQueue(blobs, 'webhooks', policy);
  const shared = { ttlSeconds: 60, pollMs: 20, kinds, now };
  const jobs = createJobs({ blobs, queue, announcements, ...shared });
  const worker = createWorker({
    jobs,
    kinds,
    tools: {
      blobs,
      stylizer: { stylize: async () => PAINTING },
      images: { read: async () => new Uint8Array(1) },
      videoFiles: { read: async () => new Uint8Array(1) },
      videos: NO_VIDEOS,
      ...noStyles(blobs),
    },
    lanes: lanesOf(kinds),
  });
  return { blobs, jobs, queue, worker };
}
