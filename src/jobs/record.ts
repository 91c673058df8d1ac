/** A job's record as it is kept: what is read is looked at before it is believed. */

import { z } from 'zod';
import { type ProblemType, problemTypes } from '../errors.ts';
import { type Job, STATUSES } from './job.ts';
import { type JobKinds, knownKind } from './kind.ts';

const status = z.enum(STATUSES);
const time = z.iso.datetime();

/** Records without a kind are of stylizations, whose work stood beside the rest. */
const requestSchema = z.preprocess(
  (request) => {
    if (!isObject(request) || 'kind' in request) return request;
    const { image, options, formats, ...rest } = request;
    return { ...rest, kind: 'stylization', work: { image, options, formats } };
  },
  z.looseObject({
    id: z.string(),
    kind: z.string(),
    work: z.unknown(),
    fingerprint: z.string(),
    createdAt: time,
    webhook: z.looseObject({ url: z.string(), events: z.array(status) }).optional(),
    deadlineAt: time.optional(),
    batch: z.string().optional(),
    caller: z.string().optional(),
    requestId: z.string().optional(),
    origin: z.string(),
  }),
);

const base = {
  request: requestSchema,
  events: z.array(z.looseObject({ number: z.int(), status, at: time })).min(1),
  attempts: z.int(),
  furthest: z.number().optional(),
  renewedAt: z.number().optional(),
};
const claimed = { ...base, claim: z.string() };
const finished = { ...base, completedAt: time, expiresAt: time };
const progress = z.object({
  done: z.number(),
  total: z.number(),
  unit: z.string(),
  preview: z.number().optional(),
});

const recordSchema = z.discriminatedUnion('status', [
  z.looseObject({ ...base, status: z.literal('queued') }),
  z.looseObject({ ...claimed, status: z.literal('starting') }),
  z.looseObject({ ...claimed, status: z.literal('processing'), progress: progress.optional() }),
  z.looseObject({
    ...finished,
    status: z.literal('succeeded'),
    output: z.unknown(),
    timingsMs: z.record(z.string(), z.number()),
  }),
  z.looseObject({
    ...finished,
    status: z.literal('failed'),
    problem: z.looseObject({
      type: z.enum(Object.keys(problemTypes) as ProblemType[]),
      detail: z.string(),
    }),
  }),
  z.looseObject({ ...finished, status: z.literal('canceled'), reason: z.string() }),
]);

/**
 * Throws where the bytes are not the record of the job with this id. A job of a kind that is not known
 * here is left for those who know it.
 */
export function parseRecord(id: string, bytes: Uint8Array, kinds: JobKinds): Job {
  const job = recordSchema.parse(JSON.parse(new TextDecoder().decode(bytes))) as unknown as Job;
  const { request } = job;
  if (request.id !== id) throw new TypeError(`Expected job ${id}, got ${request.id}.`);
  const kind = knownKind(kinds, request);
  kind?.work.parse(request.work);
  if (job.status === 'succeeded') kind?.output.parse(job.output);
  return job;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
