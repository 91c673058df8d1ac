/**
 * Delivers events to webhooks: signed, tried again for hours, once they have arrived never again.
 * Each delivery keeps a log, which callers can read and by which they can ask for another one.
 */

import type { z } from 'zod';
import { within } from '../concurrency/deadline.ts';
import { ProblemError } from '../errors.ts';
import { sha256Hex } from '../host/digest.ts';
import { type Batches, batchFolder } from '../jobs/batches.ts';
import { jobFolder } from '../jobs/ids.ts';
import type { Job, JobEvent } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { announcement, announcementGroups, announcementSchema } from '../jobs/messages.ts';
import type { Descriptions } from '../jobs/resource.ts';
import {
  backoffSeconds,
  type Handlers,
  type Queue,
  RetryLater,
  type RetryPolicy,
  readMessage,
} from '../queues/queue.ts';
import { AddressRefusedError, type PublicFetch } from '../sources/public-fetch.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { DamageReport } from '../storage/records.ts';
import type { Meter } from '../telemetry/meter.ts';
import { type Attempt, type Delivery, deliveryLog } from './delivery-log.ts';
import { BATCH_FINISHED, jobEventType, type Message } from './message.ts';
import { signatureHeaders } from './signature.ts';

export interface DeliveriesParts {
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly blobs: BlobStore;
  readonly queue: Queue;
  readonly fetch: PublicFetch;
  /** Whose jobs these are; nobody's where there are no tenants. */
  readonly tenant: string | undefined;
  readonly policy: RetryPolicy;
  /** Every delivery is signed with all of them; unsigned where there are none. */
  readonly secrets: readonly Uint8Array[];
  /** Longest wait for a receiver's answer. */
  readonly timeoutMs: number;
  readonly descriptions: Descriptions;
  readonly report?: DamageReport;
  readonly meter?: Meter;
}

export interface Deliveries {
  /** For the consumer of announcements. */
  readonly handlers: Handlers;
  /** Of one job, in the order of its events. */
  list(job: Job): Promise<Delivery[]>;
  /** Delivers an event again, arrived or not. Throws `not-found` where the job has no such event. */
  redeliver(job: Job, event: number): Promise<void>;
}

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

/** A receiver may ask for half a day of peace; a message of SQS is hidden for no longer. */
const MAX_RETRY_AFTER_SECONDS = 43_200;

const MAX_DELIVERIES = 100;

export function createDeliveries(parts: DeliveriesParts): Deliveries {
  const { blobs, queue, policy } = parts;
  const log = deliveryLog(blobs, undefined, parts.report);

  const attempt = async (
    subject: Subject,
    claim: string,
    signal: AbortSignal,
  ): Promise<{ delivery: Delivery | undefined; retryAfterSeconds: number | undefined }> => {
    const { key } = subject;
    try {
      const outcome = await deliver(subject, parts, signal);
      parts.meter?.add('impasto_webhook_attempts_total', { outcome: nameOf(outcome) });
      const delivery = await log.note(key, claim, outcome.attempt, ({ length }) =>
        statusAfter(outcome, length, policy),
      );
      return { delivery, retryAfterSeconds: outcome.retryAfterSeconds };
    } catch (error) {
      await log.release(key, claim);
      throw error;
    }
  };

  return {
    handlers: {
      async handle({ body, receives }, signal) {
        const subject = await subjectOf(readMessage(announcementSchema, body), parts);
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
        const made = await attempt(subject, claimed.claim, signal);
        if (made.delivery?.status === 'pending') {
          const { id, attempts } = made.delivery;
          const delaySeconds = Math.max(
            backoffSeconds(attempts.length, policy),
            made.retryAfterSeconds ?? 0,
          );
          throw new RetryLater(`Webhook ${id}: ${attempts.at(-1)?.error}`, delaySeconds);
        }
      },
      async giveUp({ body }) {
        const subject = await subjectOf(readMessage(announcementSchema, body), parts);
        if (subject) await log.abandon(subject.key);
      },
    },
    async list({ request: { id } }) {
      const keys = await blobs.list(deliveriesFolder(id), { limit: MAX_DELIVERIES });
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
      await log.reopen(deliveryKey(id, number), fresh(job, event, parts.tenant));
      await queue.send(announcement(id, number), { groups: announcementGroups(job) });
    },
  };
}

/** Undefined where there is nobody to tell, or nothing yet. */
async function subjectOf(
  message: z.infer<typeof announcementSchema>,
  parts: DeliveriesParts,
): Promise<Subject | undefined> {
  return 'batch' in message
    ? batchSubject(message.batch, parts)
    : eventSubject(message.job, message.event, parts);
}

async function eventSubject(
  id: string,
  number: number,
  { jobs, descriptions, tenant }: DeliveriesParts,
): Promise<Subject | undefined> {
  const job = await jobs.read(id).catch(missing);
  const event = job?.events.find((candidate) => candidate.number === number);
  if (job === undefined || event === undefined) return undefined;
  const { webhook, origin } = job.request;
  return (
    webhook && {
      key: deliveryKey(id, number),
      delivery: fresh(job, event, tenant),
      url: webhook.url,
      data: () => descriptions.job(job, origin),
    }
  );
}

async function batchSubject(
  id: string,
  { batches, descriptions, tenant }: DeliveriesParts,
): Promise<Subject | undefined> {
  const found = await batches.read(id).catch(missing);
  if (found?.batch.webhook === undefined || !found.finished) return undefined;
  const { webhook: url, origin, createdAt } = found.batch;
  const messageId = messageIdOf([tenant, BATCH_FINISHED, id, createdAt]);
  const event = { id: messageId, event: 1, type: BATCH_FINISHED };
  return {
    key: `${batchFolder(id)}delivery.json`,
    delivery: { ...event, status: 'pending', attempts: [] },
    url,
    data: () => descriptions.batch(id, found.jobs, origin),
  };
}

/** An attempt, and what it says about the next one. */
interface Outcome {
  readonly attempt: Attempt;
  /** That there need be none: the receiver wants no more, or may not be called. */
  readonly final: boolean;
  /** What the receiver asks for. */
  readonly retryAfterSeconds: number | undefined;
}

/** The answer's status decides: its body is ignored. */
async function deliver(
  { url, delivery: { id, type }, data }: Subject,
  { fetch, secrets, timeoutMs }: DeliveriesParts,
  signal: AbortSignal,
): Promise<Outcome> {
  const at = new Date();
  const started = performance.now();
  const message: Message = { type, timestamp: at.toISOString(), data: await data() };
  const body = JSON.stringify(message);
  const timestamp = Math.floor(at.getTime() / 1000);
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...signatureHeaders({ id, timestamp, body }, secrets),
  };
  const request = { method: 'POST', headers, body, maxRedirects: 0, tellsTrace: true } as const;
  const reason = () => new Error(`There was no answer within ${timeoutMs} ms.`);
  const outcome = await within(signal, { timeoutMs, reason }, (limited) =>
    fetch(url, { ...request, signal: limited }),
  ).then(
    (answer) => ({
      status: answer.status,
      error: isSuccess(answer.status) ? null : `It answered ${answer.status}.`,
      final: isSuccess(answer.status) || answer.status === GONE,
      retryAfterSeconds: retryAfter(answer.headers['retry-after'], at),
    }),
    (error: unknown) => {
      if (signal.aborted) throw signal.reason;
      const final = error instanceof AddressRefusedError;
      return { status: null, error: String(error), final, retryAfterSeconds: undefined };
    },
  );
  const { status, error, ...next } = outcome;
  const durationMs = Math.round(performance.now() - started);
  return { attempt: { at: at.toISOString(), status, error, durationMs }, ...next };
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now.getTime()) / 1000;
  return seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) : undefined;
}

function statusAfter(
  { attempt, final }: Outcome,
  attempts: number,
  { maxReceives }: RetryPolicy,
): Delivery['status'] {
  if (isSuccess(attempt.status ?? 0)) return 'delivered';
  return final || attempts >= maxReceives ? 'abandoned' : 'pending';
}

/** As metrics name it. */
function nameOf({ attempt: { status } }: Outcome): string {
  if (status === null) return 'unanswered';
  return isSuccess(status) ? 'delivered' : 'answered';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

function fresh(
  { request: { id, kind, createdAt } }: Job,
  { number, status }: JobEvent,
  tenant: string | undefined,
): Delivery {
  const messageId = messageIdOf([tenant, kind, id, createdAt, number]);
  const event = { id: messageId, event: number, type: jobEventType(kind, status) };
  return { ...event, status: 'pending', attempts: [] };
}

/**
 * The id by which a receiver knows that it has seen an event. One receiver may serve several tenants, and the id of a job
 * that is gone may be given again: neither may make an event look like another.
 */
function messageIdOf(parts: readonly (string | number | undefined)[]): string {
  return `msg_${sha256Hex(JSON.stringify(parts)).slice(0, 32)}`;
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
