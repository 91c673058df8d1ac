/**
 * A job: its states and the only ways from one to the next. Every transition adds one event; webhooks
 * and event streams tell of events and of nothing else.
 */

import type { ProblemType } from '../errors.ts';

export const STATUSES = [
  'queued',
  'starting',
  'processing',
  'succeeded',
  'failed',
  'canceled',
] as const;
export type Status = (typeof STATUSES)[number];

export const FINAL_STATUSES = ['succeeded', 'failed', 'canceled'] as const;
export type FinalStatus = (typeof FINAL_STATUSES)[number];

/** What the caller asked for; never changes. */
export interface JobRequest {
  readonly id: string;
  /** Digest of everything asked for: the same id with another one is a conflict. */
  readonly fingerprint: string;
  /** Times are ISO 8601, in UTC. */
  readonly createdAt: string;
  /** What kind of work it is, such as `stylization`. */
  readonly kind: string;
  /** What is to be done, as its kind keeps it. */
  readonly work: unknown;
  readonly webhook?: { readonly url: string; readonly events: readonly Status[] } | undefined;
  /** When the work is given up. */
  readonly deadlineAt?: string | undefined;
  readonly batch?: string | undefined;
  /** Who asked, for taking turns: nobody can be told by it. */
  readonly caller?: string | undefined;
  /** Of the HTTP request that asked for it, as logs name it. */
  readonly requestId?: string | undefined;
  /** Under which this service was addressed; for the URLs that it signs itself. */
  readonly origin: string;
}

/** Something that happened to a job, in the order of its `number`. */
export interface JobEvent {
  /** From 1. */
  readonly number: number;
  readonly status: Status;
  readonly at: string;
}

/** How far the work is: so much done of a total, in a unit such as `frames`. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** How much was done when the newest picture of it was taken; absent where there is none. */
  readonly preview?: number | undefined;
}

/** What kept a job from succeeding, as a problem answer would say it. */
export interface JobProblem {
  readonly type: ProblemType;
  readonly detail: string;
}

interface Base {
  readonly request: JobRequest;
  readonly events: readonly JobEvent[];
  /** How often work on it was begun. */
  readonly attempts: number;
  /** The most of it that was ever done, by any attempt; absent where none told. */
  readonly furthest?: number | undefined;
  /** How much that was when it was last queued anew. */
  readonly renewedAt?: number | undefined;
}

export interface QueuedJob extends Base {
  readonly status: 'queued';
}

/** Somebody has taken it; the claim keeps those who had it before from finishing it. */
export interface StartingJob extends Base {
  readonly status: 'starting';
  readonly claim: string;
}

export interface ProcessingJob extends Base {
  readonly status: 'processing';
  readonly claim: string;
  readonly progress?: Progress | undefined;
}

interface Finished extends Base {
  readonly completedAt: string;
  /** When its blobs may go. */
  readonly expiresAt: string;
}

export interface SucceededJob extends Finished {
  readonly status: 'succeeded';
  /** What came of the work, as its kind keeps it. */
  readonly output: unknown;
  readonly timingsMs: Readonly<Record<string, number>>;
}

export interface FailedJob extends Finished {
  readonly status: 'failed';
  readonly problem: JobProblem;
}

export interface CanceledJob extends Finished {
  readonly status: 'canceled';
  readonly reason: string;
}

export type UnfinishedJob = QueuedJob | StartingJob | ProcessingJob;
export type FinishedJob = SucceededJob | FailedJob | CanceledJob;
export type Job = UnfinishedJob | FinishedJob;

export function isFinished(job: Job): job is FinishedJob {
  return (FINAL_STATUSES as readonly Status[]).includes(job.status);
}

export function queue(request: JobRequest): QueuedJob {
  const event = { number: 1, status: 'queued', at: request.createdAt } as const;
  return { request, status: 'queued', events: [event], attempts: 0 };
}

/** Also from a worker that is believed dead: its own transitions will find another version. */
export function start(job: UnfinishedJob, claim: string, now: Date): StartingJob {
  const events = happened(job, 'starting', now);
  return { ...baseOf(job), status: 'starting', claim, events, attempts: job.attempts + 1 };
}

/**
 * As if it had just come, with its attempts to be counted anew: what has come further since will end some time, however
 * often its workers die.
 */
export function renew(job: UnfinishedJob, now: Date): QueuedJob {
  const { furthest } = job;
  return {
    ...baseOf(job),
    status: 'queued',
    events: happened(job, 'queued', now),
    renewedAt: furthest,
  };
}

/** Whether more of it was ever done than when it was last queued. */
export function hasComeFurther({ furthest = 0, renewedAt = 0 }: Job): boolean {
  return furthest > renewedAt;
}

export function process(job: StartingJob, now: Date): ProcessingJob {
  return { ...job, status: 'processing', events: happened(job, 'processing', now) };
}

/** Not an event: there may be thousands of them. */
export function advance(job: ProcessingJob, progress: Progress): ProcessingJob {
  return { ...job, progress, furthest: Math.max(job.furthest ?? 0, progress.done) };
}

export function succeed(
  job: ProcessingJob,
  { output, timingsMs }: Pick<SucceededJob, 'output' | 'timingsMs'>,
  now: Date,
  ttlSeconds: number,
): SucceededJob {
  return { ...finished(job, 'succeeded', now, ttlSeconds), output, timingsMs };
}

export function fail(
  job: UnfinishedJob,
  problem: JobProblem,
  now: Date,
  ttlSeconds: number,
): FailedJob {
  return { ...finished(job, 'failed', now, ttlSeconds), problem };
}

export function cancel(
  job: UnfinishedJob,
  reason: string,
  now: Date,
  ttlSeconds: number,
): CanceledJob {
  return { ...finished(job, 'canceled', now, ttlSeconds), reason };
}

function finished<S extends FinalStatus>(
  job: UnfinishedJob,
  status: S,
  now: Date,
  ttlSeconds: number,
): Finished & { readonly status: S } {
  const completedAt = now.toISOString();
  const expiresAt = new Date(now.getTime() + ttlSeconds * 1000).toISOString();
  return { ...baseOf(job), status, events: happened(job, status, now), completedAt, expiresAt };
}

function baseOf({ request, events, attempts, furthest, renewedAt }: Job): Base {
  return { request, events, attempts, furthest, renewedAt };
}

function happened({ events }: Job, status: Status, now: Date): readonly JobEvent[] {
  return [...events, { number: events.length + 1, status, at: now.toISOString() }];
}
