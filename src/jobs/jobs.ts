/**
 * Jobs as the rest of the program sees them: submitted, worked on, waited for, canceled, removed.
 * After every transition, those who wait in this process are woken and the webhook is told.
 */

import { ProblemError } from '../errors.ts';
import type { Queue } from '../queues/queue.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { DamageReport } from '../storage/records.ts';
import { createChanges } from './changes.ts';
import { jobFolder } from './ids.ts';
import {
  advance,
  cancel,
  type FinishedJob,
  fail,
  hasComeFurther,
  isFinished,
  type Job,
  type JobProblem,
  type JobRequest,
  type Progress,
  process,
  queue,
  renew,
  type StartingJob,
  start,
  succeed,
  type UnfinishedJob,
} from './job.ts';
import { type JobPage, jobStore } from './job-store.ts';
import { type JobKinds, knownKind } from './kind.ts';
import {
  announcement,
  announcementGroups,
  batchAnnouncement,
  callerOf,
  jobMessage,
} from './messages.ts';

export interface JobsOptions {
  readonly blobs: BlobStore;
  /** Whose consumer works on jobs. */
  readonly queue: Queue;
  /** Told of each event that a job's webhook asked for. */
  readonly announcements: Queue;
  /** How long finished jobs and their pictures are kept. */
  readonly ttlSeconds: number;
  /** Between two looks at a job that another process may have moved on. */
  readonly pollMs: number;
  readonly kinds: JobKinds;
  readonly now?: () => Date;
  readonly report?: DamageReport;
  /** Told of every job that is new or comes into another status here. */
  readonly observe?: (job: Job) => void;
}

export interface Result {
  readonly output: unknown;
  readonly timingsMs: Readonly<Record<string, number>>;
}

export interface Jobs {
  /**
   * Accepts a job: when it resolves, the job is kept and will be worked on. The same request again
   * gives the job that is there. Throws a `conflict` problem where the id belongs to another one.
   */
  submit(request: JobRequest): Promise<{ job: Job; created: boolean }>;
  /** Keeps a job that was done while its caller waited: it was begun when it was asked for. */
  record(request: JobRequest, result: Result): Promise<Job>;
  /**
   * Throws a `gone` problem, or that of its kind where there is no such job: one of another kind than is
   * asked for is not found.
   */
  read(id: string, kind?: string): Promise<Job>;
  /** The job now and after each of its changes, until it is finished or the signal aborts. */
  changes(id: string, signal: AbortSignal): AsyncGenerator<Job>;
  /** The job when it is finished; rejects with the signal's reason where that aborts first. */
  finished(id: string, signal: AbortSignal): Promise<FinishedJob>;
  /** A page may have fewer jobs than asked for, as those of other kinds and expired ones are left out. */
  list(options: { limit: number; cursor?: string | undefined; kind?: string }): Promise<JobPage>;
  /** A job that is finished stays as it is. Throws as {@link read} does. */
  cancel(id: string, reason: string, kind?: string): Promise<Job>;
  /** Cancels what is not finished, then removes job and pictures. Throws as {@link read} does. */
  remove(id: string, kind?: string): Promise<void>;
  /**
   * For workers: takes the job; undefined where there is nothing left to do. `unlessBegun` leaves
   * a job alone that another worker has begun, who may be dead.
   */
  start(
    id: string,
    claim: string,
    options?: { readonly unlessBegun?: boolean },
  ): Promise<StartingJob | undefined>;
  process(id: string, claim: string): Promise<boolean>;
  /** Tells other workers that they may do parts of the work. */
  share(id: string, parts: number): Promise<void>;
  /** How far the work is; whoever follows the job is told, its webhook is not. */
  advance(id: string, claim: string, progress: Progress): Promise<void>;
  succeed(id: string, claim: string, result: Result): Promise<boolean>;
  fail(id: string, problem: JobProblem, claim?: string): Promise<boolean>;
  /**
   * The end of a job that was begun as often as it may be; one that has come further meanwhile begins anew from where
   * it is.
   */
  giveUp(id: string, problem: JobProblem): Promise<void>;
  /** Tells the webhook of the newest event again, in case whoever brought it about could not. */
  announce(id: string): Promise<void>;
  /** How many there were; a job that cannot be removed is told of, and left. */
  removeExpired(most: number, onError: (error: unknown) => void): Promise<number>;
}

export function createJobs(options: JobsOptions): Jobs {
  const { blobs, announcements, ttlSeconds, pollMs, kinds } = options;
  const { now = () => new Date(), report = () => {}, observe = () => {} } = options;
  const store = jobStore(blobs, kinds, report);
  const waiting = createChanges(pollMs);

  /** Wakes those who wait here, and has the webhook told of the newest event. */
  const announce = async (job: Job): Promise<void> => {
    const { id, webhook, batch } = job.request;
    const groups = announcementGroups(job);
    waiting.notify(id);
    const newest = job.events.at(-1);
    if (newest && webhook?.events.includes(newest.status)) {
      await announcements.send(announcement(id, newest.number), { groups });
    }
    if (batch !== undefined && isFinished(job)) {
      await announcements.send(batchAnnouncement(batch), { groups });
    }
  };

  const transition = async (id: string, apply: (job: UnfinishedJob) => Job | undefined) => {
    const outcome = await store.update(id, apply);
    if (outcome?.changed) {
      observe(outcome.job);
      await announce(outcome.job);
    }
    return outcome;
  };

  const byClaim = async (
    id: string,
    claim: string | undefined,
    apply: (job: UnfinishedJob) => Job | undefined,
  ): Promise<boolean> => {
    const outcome = await transition(id, (job) => {
      const taken = claim !== undefined && 'claim' in job && job.claim !== claim;
      return taken ? undefined : apply(job);
    });
    return outcome?.changed === true;
  };

  const notFound = (id: string, kind = 'stylization'): ProblemError =>
    new ProblemError(
      kinds[kind]?.notFound ?? 'not-found',
      `Expected a ${kind}, got ${id.slice(0, 80)}.`,
    );

  const isExpired = (job: Job): boolean => isFinished(job) && new Date(job.expiresAt) <= now();

  const enqueue = (job: Job): Promise<void> =>
    options.queue.send(jobMessage(job.request.id), { groups: [callerOf(job)] });

  const inputKeys = (request: JobRequest) =>
    knownKind(kinds, request)?.inputKeys(request.work) ?? [];

  /** What was kept for a request that was refused, which nobody will work on. */
  const forgetInputs = async (refused: JobRequest, kept: JobRequest): Promise<void> => {
    const needed = inputKeys(kept);
    const own = inputKeys(refused).filter((key) => key.startsWith(jobFolder(refused.id)));
    await blobs.delete(own.filter((key) => !needed.includes(key)));
  };

  const current = async (id: string, kind?: string): Promise<Job> =>
    checked(id, await store.read(id), kind);

  /** A job whose deadline has passed is canceled by whoever looks at it first. */
  const checked = async (id: string, job: Job | undefined, kind?: string): Promise<Job> => {
    if (job === undefined || !isOfKind(job, kind)) throw notFound(id, kind);
    if (isFinished(job)) {
      if (!isExpired(job)) return job;
      throw new ProblemError(
        'gone',
        `The ${job.request.kind} ${id} was kept until ${job.expiresAt}.`,
      );
    }
    const { deadlineAt } = job.request;
    if (deadlineAt === undefined || new Date(deadlineAt) > now()) return job;
    return canceled(id, `It was not finished by ${deadlineAt}.`, kind);
  };

  const canceled = async (id: string, reason: string, kind?: string): Promise<Job> => {
    const outcome = await transition(id, (job) => cancel(job, reason, now(), ttlSeconds));
    if (outcome === undefined) throw notFound(id, kind);
    return outcome.job;
  };

  async function* changes(id: string, signal: AbortSignal): AsyncGenerator<Job> {
    let seen = '';
    while (!signal.aborted) {
      const next = waiting.next(id, signal);
      const job = await current(id);
      if (stateOf(job) !== seen) yield job;
      seen = stateOf(job);
      if (isFinished(job)) return next.forget();
      await next.promise;
    }
  }

  return {
    async submit(request) {
      const { job, created } = await store.create(queue(request));
      if (created) observe(job);
      if (job.request.fingerprint !== request.fingerprint) {
        await forgetInputs(request, job.request);
        throw conflict(job.request);
      }
      if (job.status === 'queued') {
        // Also for one that was there: whoever created it may have died before it was sent.
        await enqueue(job);
        await announce(job);
      }
      return { job, created };
    },
    async record(request, result) {
      const begun = new Date(request.createdAt);
      const working = process(start(queue(request), 'caller', begun), begun);
      const { job } = await store.create(succeed(working, result, now(), ttlSeconds));
      await announce(job);
      return job;
    },
    read: current,
    changes,
    async finished(id, signal) {
      for await (const job of changes(id, signal)) if (isFinished(job)) return job;
      throw signal.reason;
    },
    async list({ kind, ...page }) {
      const { jobs, cursor } = await store.list(page);
      return { jobs: jobs.filter((job) => isOfKind(job, kind) && !isExpired(job)), cursor };
    },
    cancel: async (id, reason, kind) => {
      const job = await current(id, kind);
      return isFinished(job) ? job : canceled(id, reason, kind);
    },
    async remove(id, kind) {
      const found = await store.read(id);
      // What a damaged record has left goes, too.
      if (found === undefined && (await store.removeRest(id))) return;
      const job = await checked(id, found, kind);
      await store.remove(isFinished(job) ? job : await canceled(id, 'It was removed.', kind));
    },
    async start(id, claim, { unlessBegun = false } = {}) {
      const job = await store.read(id);
      if (job === undefined) return undefined;
      if (unlessBegun && job.status !== 'queued') return undefined;
      const { job: taken, changed: started } = (await transition(id, (found) => {
        const { deadlineAt } = found.request;
        const late = deadlineAt !== undefined && new Date(deadlineAt) <= now();
        if (!late) return start(found, claim, now());
        return cancel(found, `It was not begun by ${deadlineAt}.`, now(), ttlSeconds);
      })) ?? { job, changed: false };
      if (started && taken.status === 'starting') return taken;
      // Whoever finished it may have died before the webhook was told; telling twice does no harm.
      await announce(taken);
      return undefined;
    },
    process: (id, claim) =>
      byClaim(id, claim, (job) => (job.status === 'starting' ? process(job, now()) : undefined)),
    async share(id, parts) {
      const job = await current(id);
      for (let part = 0; part < parts; part += 1) {
        await options.queue.send(jobMessage(id, part), { groups: [callerOf(job)] });
      }
    },
    async advance(id, claim, progress) {
      const outcome = await store.update(id, (job) =>
        job.status === 'processing' && job.claim === claim ? advance(job, progress) : undefined,
      );
      if (outcome?.changed) waiting.notify(id);
    },
    succeed: (id, claim, result) =>
      byClaim(id, claim, (job) =>
        job.status === 'processing' ? succeed(job, result, now(), ttlSeconds) : undefined,
      ),
    fail: (id, problem, claim) =>
      byClaim(id, claim, (job) => fail(job, problem, now(), ttlSeconds)),
    async giveUp(id, problem) {
      const outcome = await transition(id, (job) =>
        hasComeFurther(job) ? renew(job, now()) : fail(job, problem, now(), ttlSeconds),
      );
      if (outcome?.changed && outcome.job.status === 'queued') await enqueue(outcome.job);
    },
    async announce(id) {
      const job = await store.read(id);
      if (job) await announce(job);
    },
    removeExpired: (most, onError) => store.removeExpired(now(), most, onError),
  };
}

/** Any kind will do where none is asked for. */
function isOfKind({ request }: Job, kind: string | undefined): boolean {
  return kind === undefined || request.kind === kind;
}

function conflict({ id, kind }: JobRequest): ProblemError {
  return new ProblemError(
    'conflict',
    `The id ${id} belongs to a ${kind} with another picture or other options.`,
  );
}

/** What those who follow a job are told of anew. */
function stateOf(job: Job): string {
  const progress = job.status === 'processing' ? job.progress : undefined;
  return `${job.events.length} ${progress?.done ?? ''} ${progress?.preview ?? ''}`;
}
