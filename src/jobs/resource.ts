/** A job as callers see it, in answers and in webhooks: names in snake_case, URLs ready to use. */

import { problemTypes } from '../errors.ts';
import { DEFAULT_DETAIL } from '../pictures/levels.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { isFinished, type Job, type JobOptions, type JobProblem } from './job.ts';

export interface Addresses {
  readonly blobs: BlobStore;
  /** Scheme, host and port under which this service is reached. */
  readonly origin: string;
  /** How long the output's URL works. */
  readonly urlTtlSeconds: number;
}

export type StylizationResource = Awaited<ReturnType<typeof stylizationResource>>;

export async function stylizationResource(job: Job, { blobs, origin, urlTtlSeconds }: Addresses) {
  const { request, events, status, attempts } = job;
  const begun = events.find((event) => event.status === 'starting');
  return {
    id: request.id,
    status,
    created_at: request.createdAt,
    started_at: begun?.at ?? null,
    completed_at: isFinished(job) ? job.completedAt : null,
    expires_at: isFinished(job) ? job.expiresAt : null,
    attempts,
    batch: request.batch ?? null,
    style: request.options.style,
    options: wireOptions(request.options),
    output:
      job.status === 'succeeded'
        ? {
            url: await blobs.downloadUrl(job.output.key, { origin, ttlSeconds: urlTtlSeconds }),
            media_type: job.output.mediaType,
            width: job.output.width,
            height: job.output.height,
            bytes: job.output.bytes,
          }
        : null,
    error: errorOf(job),
    timings_ms: job.status === 'succeeded' ? rounded(job.timingsMs) : {},
  };
}

export async function batchResource(id: string, jobs: readonly Job[], addresses: Addresses) {
  const stylizations = await Promise.all(jobs.map((job) => stylizationResource(job, addresses)));
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

function wireOptions(options: JobOptions) {
  return {
    strength: options.strength,
    preserve_colors: options.preserveColors,
    stroke_size: options.strokeSize,
    detail: options.detail ?? DEFAULT_DETAIL,
    preserve_background: options.preserveBackground ?? false,
    max_size: options.maxSize ?? null,
    quality: options.quality ?? null,
  };
}

function rounded(timings: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(timings).map(([step, ms]) => [step, Math.round(ms * 10) / 10]),
  );
}
