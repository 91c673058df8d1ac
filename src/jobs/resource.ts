/** A job as callers see it, in answers and in webhooks: names in snake_case, URLs ready to use. */

import { problemTypes } from '../errors.ts';
import { isFinished, type Job, type JobProblem } from './job.ts';
import { type Addresses, type JobKinds, kindOf } from './kind.ts';

/** Jobs and batches as callers see them who have reached this service under `origin`. */
export interface Descriptions {
  job(job: Job, origin: string): Promise<object>;
  batch(id: string, jobs: readonly Job[], origin: string): Promise<object>;
}

export function createDescriptions(
  kinds: JobKinds,
  places: Omit<Addresses, 'origin'>,
): Descriptions {
  const describe = (job: Job, origin: string) => jobResource(job, kinds, { ...places, origin });
  return {
    job: describe,
    async batch(id, jobs, origin) {
      const described = await Promise.all(jobs.map((job) => describe(job, origin)));
      return batchResource(id, jobs, described);
    },
  };
}

/** The job's state, and what its kind says of its work and output. */
async function jobResource(job: Job, kinds: JobKinds, addresses: Addresses) {
  const { request, events, status, attempts } = job;
  const begun = events.find((event) => event.status === 'starting');
  const output = job.status === 'succeeded' ? job.output : undefined;
  return {
    id: request.id,
    status,
    created_at: request.createdAt,
    started_at: begun?.at ?? null,
    completed_at: isFinished(job) ? job.completedAt : null,
    expires_at: isFinished(job) ? job.expiresAt : null,
    attempts,
    progress: progressOf(job),
    batch: request.batch ?? null,
    ...(await kindOf(kinds, request).describe(request.work, output, addresses)),
    error: errorOf(job),
    timings_ms: job.status === 'succeeded' ? rounded(job.timingsMs) : {},
  };
}

function progressOf(job: Job) {
  if (job.status !== 'processing' || job.progress === undefined) return null;
  const { done, total, unit } = job.progress;
  return { done, total, unit };
}

function batchResource(id: string, jobs: readonly Job[], stylizations: readonly object[]) {
  const count = (status: Job['status']) => jobs.filter((job) => job.status === status).length;
  return {
    id,
    finished: jobs.every(isFinished),
    succeeded: count('succeeded'),
    failed: count('failed'),
    canceled: count('canceled'),
    stylizations,
  };
}

function errorOf(job: Job) {
  if (job.status === 'canceled') return problem({ type: 'canceled', detail: job.reason });
  return job.status === 'failed' ? problem(job.problem) : null;
}

function problem({ type, detail }: JobProblem) {
  const { status, title } = problemTypes[type];
  return { type, title, status, detail };
}

function rounded(timings: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(timings).map(([step, ms]) => [step, Math.round(ms * 10) / 10]),
  );
}
