/**
 * Delivers events to webhooks: signed, tried again for hours, once they have arrived never again.
 * Each delivery keeps a log, which callers can read and by which they can ask for another one.
 */

import { z } from 'zod';
import { ProblemError } from '../errors.ts';
import { type Batches, batchFolder } from '../jobs/batches.ts';
import type { Job, JobEvent } from '../jobs/job.ts';
import { jobFolder } from '../jobs/job-store.ts';
import { announcement, type Jobs } from '../jobs/jobs.ts';
import { batchResource, stylizationResource } from '../jobs/resource.ts';
import {
  backoffSeconds,
  type Handlers,
  type Queue,
  RetryLater,
  type RetryPolicy,
} from '../queues/queue.ts';
import { AddressRefusedError, type PublicFetch } from '../sources/public-fetch.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { type Attempt, type Delivery, deliveryLog } from './delivery-log.ts';
import { signatureHeaders } from './signature.ts';

export interface DeliveriesParts {
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly blobs: BlobStore;
  readonly queue: Queue;
  readonly fetch: PublicFetch;
  readonly policy: RetryPolicy;
  /** Every delivery is signed with all of them; unsigned where there are none. */
  readonly secrets: readonly Uint8Array[];
  /** Longest wait for a receiver's answer. */
  readonly timeoutMs: number;
  readonly urlTtlSeconds: number;
}

export interface Deliveries {
  /** For the consumer of announcements. */
  readonly handlers: Handlers;
  /** Of one job, in the order of its events. */
  list(job: Job): Promise<Delivery[]>;
  /** Delivers an event again, arrived or not. Throws `not-found` where the job has no such event. */
  redeliver(job: Job, event: number): Promise<void>;
}

const messageSchema = z.union([
  z.object({ job: z.string(), event: z.int() }),
  z.object({ batch: z.string() }),
]);

/** Something that a webhook is to be told, and where its delivery is written down. */
interface Subject {
  readonly key: string;
  readonly delivery: Delivery;
  readonly url: string;
  readonly data: () => Promise<object>;
}

/** The receiver's way of saying that it wants no more. */
const GONE = 410;

/** Of a claim, for what is done beside waiting for the receiver. */
const CLAIM_MARGIN_MS = 10_000;

const LONGEST_ANSWER_BYTES = 64 * 1024;
const MOST_DELIVERIES = 100;

export function createDeliveries(parts: DeliveriesParts): Deliveries {
  const { blobs, queue, policy } = parts;
  const log = deliveryLog(blobs);

  const attempt = async (
    subject: Subject,
    claim: string,
    signal: AbortSignal,
  ): Promise<Delivery | undefined> => {
    const { key } = subject;
    try {
      const made = await deliver(subject, parts, signal);
      return await log.note(key, claim, made, (attempts) => statusAfter(attempts, policy));
    } catch (error) {
      await log.release(key, claim);
      throw error;
    }
  };

  return {
    handlers: {
      async handle({ body, receives }, signal) {
        const subject = await subjectOf(messageSchema.parse(JSON.parse(body)), parts);
        if (subject === undefined) return;
        const { key, delivery } = subject;
        const claimed = await log.claim(key, delivery, parts.timeoutMs + CLAIM_MARGIN_MS);
        if (claimed === 'over') return;
        if ('until' in claimed) {
          // The message that it was claimed with is still kept, and a new one only its copy.
          if (receives === 1) return;
          const delaySeconds = Math.max(0, claimed.until.getTime() - Date.now()) / 1000;
          throw new RetryLater(`Webhook ${delivery.id} is being delivered.`, delaySeconds);
        }
        const after = await attempt(subject, claimed.claim, signal);
        if (after?.status === 'pending') {
          const delaySeconds = backoffSeconds(after.attempts.length, policy);
          throw new RetryLater(
            `Webhook ${after.id}: ${after.attempts.at(-1)?.error}`,
            delaySeconds,
          );
        }
      },
      async bury({ body }) {
        const subject = await subjectOf(messageSchema.parse(JSON.parse(body)), parts);
        if (subject) await log.abandon(subject.key);
      },
    },
    async list({ request: { id } }) {
      const keys = await blobs.list(deliveriesFolder(id), { limit: MOST_DELIVERIES });
      const found = await Promise.all(keys.map(log.read));
      return found.flatMap((delivery) => delivery ?? []).sort((a, b) => a.event - b.event);
    },
    async redeliver(job, number) {
      const event = job.events.find((candidate) => candidate.number === number);
      const { id, webhook } = job.request;
      if (event === undefined || webhook === undefined) {
        throw new ProblemError(
          'not-found',
          `The stylization ${id} has no event ${number} to tell.`,
        );
      }
      await log.reopen(deliveryKey(id, number), fresh(job, event));
      await queue.send(announcement(id, number));
    },
  };
}

/** Undefined where there is nobody to tell, or nothing yet. */
async function subjectOf(
  message: z.infer<typeof messageSchema>,
  parts: DeliveriesParts,
): Promise<Subject | undefined> {
  return 'batch' in message
    ? batchSubject(message.batch, parts)
    : eventSubject(message.job, message.event, parts);
}

async function eventSubject(
  id: string,
  number: number,
  { jobs, blobs, urlTtlSeconds }: DeliveriesParts,
): Promise<Subject | undefined> {
  const job = await jobs.read(id).catch(missing);
  const event = job?.events.find((candidate) => candidate.number === number);
  if (job === undefined || event === undefined) return undefined;
  const { webhook, origin } = job.request;
  return (
    webhook && {
      key: deliveryKey(id, number),
      delivery: fresh(job, event),
      url: webhook.url,
      data: () => stylizationResource(job, { blobs, origin, urlTtlSeconds }),
    }
  );
}

async function batchSubject(
  id: string,
  { batches, blobs, urlTtlSeconds }: DeliveriesParts,
): Promise<Subject | undefined> {
  const found = await batches.read(id).catch(missing);
  if (found?.batch.webhook === undefined || !found.finished) return undefined;
  const { webhook: url, origin } = found.batch;
  const event = { id: `${id}.finished`, event: 1, type: 'batch.finished' };
  return {
    key: `${batchFolder(id)}delivery.json`,
    delivery: { ...event, status: 'pending', attempts: [] },
    url,
    data: () => batchResource(id, found.jobs, { blobs, origin, urlTtlSeconds }),
  };
}

async function deliver(
  { url, delivery: { id, type }, data }: Subject,
  { fetch, secrets, timeoutMs }: DeliveriesParts,
  signal: AbortSignal,
): Promise<Attempt> {
  const at = new Date();
  const started = performance.now();
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: await data() });
  const timestamp = Math.floor(at.getTime() / 1000);
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...signatureHeaders({ id, timestamp, body }, secrets),
  };
  const limits = { maxBytes: LONGEST_ANSWER_BYTES, maxRedirects: 0 };
  const outcome = await within(timeoutMs, signal, (limited) =>
    fetch(url, { method: 'POST', headers, body, ...limits, signal: limited }),
  ).then(
    ({ status }) => ({ status, error: isSuccess(status) ? null : `It answered ${status}.` }),
    (error: unknown) => {
      if (signal.aborted) throw signal.reason;
      return { status: error instanceof AddressRefusedError ? GONE : null, error: String(error) };
    },
  );
  return { at: at.toISOString(), ...outcome, durationMs: Math.round(performance.now() - started) };
}

async function within<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const onAbort = () => limit.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const tooLate = () => limit.abort(new Error(`There was no answer within ${timeoutMs} ms.`));
  const timer = setTimeout(tooLate, timeoutMs);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function statusAfter(
  attempts: readonly Attempt[],
  { maxReceives }: RetryPolicy,
): Delivery['status'] {
  const status = attempts.at(-1)?.status ?? 0;
  if (isSuccess(status)) return 'delivered';
  return status === GONE || attempts.length >= maxReceives ? 'abandoned' : 'pending';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

function fresh({ request: { id } }: Job, { number, status }: JobEvent): Delivery {
  const event = { id: `${id}.${number}`, event: number, type: `stylization.${status}` };
  return { ...event, status: 'pending', attempts: [] };
}

function deliveriesFolder(id: string): string {
  return `${jobFolder(id)}deliveries/`;
}

function deliveryKey(id: string, event: number): string {
  return `${deliveriesFolder(id)}${String(event).padStart(4, '0')}.json`;
}

/** A job that was removed has nobody to be told about. */
function missing(error: unknown): undefined {
  if (error instanceof ProblemError) return undefined;
  throw error;
}
