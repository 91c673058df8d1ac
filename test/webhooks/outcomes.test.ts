/** What a receiver answers, in whatever way, and what becomes of the delivery: the status decides. */

import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createBatches } from '../../src/jobs/batches.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { announcement } from '../../src/jobs/messages.ts';
import { createDescriptions } from '../../src/jobs/resource.ts';
import { embeddedQueue } from '../../src/queues/embedded-queue.ts';
import { RetryLater } from '../../src/queues/queue.ts';
import type { PublicFetch } from '../../src/sources/public-fetch.ts';
import { AddressRefusedError, publicFetch } from '../../src/sources/public-fetch.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { createDeliveries } from '../../src/webhooks/deliveries.ts';
import { jobRequest } from '../support/job-request.ts';
import { serveLocally } from '../support/receiver.ts';
import { temporary } from '../support/temporary.ts';

const policy = { maxReceives: 3, firstDelaySeconds: 1, maxDelaySeconds: 7200 };
const never = new AbortController().signal;

/** Delivers the first event of a job once; how the delivery is kept, and when it is tried again. */
interface DeliveredOptions {
  readonly timeoutMs?: number | undefined;
  readonly tenant?: string | undefined;
  readonly createdAt?: string | undefined;
}

async function delivered(
  url: string,
  fetch: PublicFetch,
  { timeoutMs = 5000, tenant, createdAt }: DeliveredOptions = {},
) {
  const blobs = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  const queue = embeddedQueue(blobs, 'webhooks', policy);
  const jobs = createJobs({
    blobs,
    queue,
    announcements: queue,
    ttlSeconds: 60,
    pollMs: 20,
    kinds: JOB_KINDS,
  });
  const deliveries = createDeliveries({
    jobs,
    batches: createBatches(blobs, jobs, { ttlSeconds: 60 }),
    blobs,
    queue,
    fetch,
    tenant,
    policy,
    secrets: [],
    timeoutMs,
    descriptions: createDescriptions(JOB_KINDS, { blobs, urlTtlSeconds: 60 }),
  });
  const webhook = { url, events: ['queued'] as const };
  const { job } = await jobs.submit({
    ...jobRequest('one'),
    ...(createdAt && { createdAt }),
    webhook,
  });
  const message = { body: announcement('one', 1), receives: 1 };
  const error = await deliveries.handlers.handle(message, never).catch((reason: unknown) => reason);
  const [delivery] = await deliveries.list(job);
  const retryAfter = error instanceof RetryLater ? error.delaySeconds : undefined;
  if (error !== undefined && !(error instanceof RetryLater)) throw error;
  return { delivery: delivery!, retryAfter };
}

const local = publicFetch({ privateAddresses: ['127.0.0.1'] });

async function answeredBy(
  answer: (response: ServerResponse) => void,
  options: DeliveredOptions = {},
) {
  const receiver = await serveLocally((_, response) => answer(response));
  const outcome = await delivered(receiver.url, local, options);
  await receiver.close();
  return outcome;
}

/** Bodies that have nothing to say about a delivery. */
const BODIES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  none: (response) => response.end(),
  small: (response) => response.end('thank you'),
  large: (response) => response.end('x'.repeat(300_000)),
  'one that stays open': (response) => response.write('thank you'),
  'one that breaks off': (response) => {
    response.write('thank you');
    setTimeout(() => response.destroy(), 20);
  },
};

const STATUSES: readonly (readonly [number, string])[] = [
  [200, 'delivered'],
  [202, 'delivered'],
  [204, 'delivered'],
  [299, 'delivered'],
  [302, 'pending'],
  [400, 'pending'],
  [404, 'pending'],
  [410, 'abandoned'],
  [429, 'pending'],
  [500, 'pending'],
  [503, 'pending'],
];

const cells = STATUSES.flatMap(([status, becomes]) =>
  Object.entries(BODIES)
    .filter(([body]) => status !== 204 || body === 'none')
    .map(([body, send]) => ({ status, becomes, body, send })),
);

test.each(cells)('$status with $body body: $becomes', async ({ status, becomes, send }) => {
  const { delivery } = await answeredBy((response) => {
    response.writeHead(status);
    response.flushHeaders();
    send(response);
  });
  expect([delivery.status, delivery.attempts.map((made) => made.status)]).toEqual([
    becomes,
    [status],
  ]);
});

test('no answer in time is no status, and is tried again', async () => {
  const { delivery, retryAfter } = await answeredBy(() => {}, { timeoutMs: 100 });
  expect(delivery).toMatchObject({
    status: 'pending',
    attempts: [{ status: null, error: expect.stringContaining('no answer within 100 ms') }],
  });
  expect(retryAfter).toBeGreaterThan(0);
});

test('an address that may not be called ends it, and no receiver is said to have answered', async () => {
  const refusing: PublicFetch = async () => {
    throw new AddressRefusedError('Expected a public address.');
  };
  const { delivery } = await delivered('http://a.example/', refusing);
  expect(delivery).toMatchObject({
    status: 'abandoned',
    attempts: [{ status: null, error: expect.stringContaining('public address') }],
  });
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

test.each<[name: string, text: () => string, least: number, most: number]>([
  ['120', () => '120', 120, 120],
  ['86400', () => '86400', 43_200, 43_200],
  ['a time to come', () => inSeconds(600), 570, 601],
  // What is sooner than the pause that would be made anyway changes nothing, nor what is no time.
  ['0', () => '0', 0.5, 1],
  ['a time that is past', () => inSeconds(-600), 0.5, 1],
  ['soon', () => 'soon', 0.5, 1],
  ['-5', () => '-5', 0.5, 1],
])('Retry-After: %s is kept', async (_, text, least, most) => {
  const { retryAfter } = await answeredBy((response) =>
    response.writeHead(503, { 'retry-after': text() }).end(),
  );
  expect(retryAfter).toBeGreaterThanOrEqual(least);
  expect(retryAfter).toBeLessThanOrEqual(most);
});

test('events of two tenants, and of two jobs that had one id in turn, have ids of their own', async () => {
  const idOf = async (options: DeliveredOptions) => {
    const { delivery } = await answeredBy((response) => response.end(), options);
    return delivery.id;
  };
  const [earlier, later] = ['2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z'];
  const ids = [
    await idOf({ createdAt: earlier }),
    await idOf({ createdAt: later }),
    await idOf({ createdAt: earlier, tenant: 'one' }),
    await idOf({ createdAt: earlier, tenant: 'other' }),
  ];
  expect(new Set(ids).size).toBe(4);
  expect(await idOf({ createdAt: earlier, tenant: 'one' })).toBe(ids[2]);
});
