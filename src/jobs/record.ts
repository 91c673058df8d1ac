/** A job's record as it is kept: what is read is looked at before it is believed. */

import { z } from 'zod';
import { type ProblemType, problemTypes } from '../errors.ts';
import { OUTPUT_FORMATS } from '../images/formats.ts';
import { type Job, STATUSES } from './job.ts';

const status = z.enum(STATUSES);
const time = z.iso.datetime();

const requestSchema = z.looseObject({
  id: z.string(),
  fingerprint: z.string(),
  createdAt: time,
  image: z.union([z.looseObject({ key: z.string() }), z.looseObject({ url: z.string() })]),
  options: z.looseObject({
    style: z.string(),
    strength: z.number(),
    preserveColors: z.boolean(),
    strokeSize: z.number(),
  }),
  formats: z.union([z.array(z.enum(OUTPUT_FORMATS)), z.record(z.string(), z.number())]),
  webhook: z.looseObject({ url: z.string(), events: z.array(status) }).optional(),
  deadlineAt: time.optional(),
  batch: z.string().optional(),
  caller: z.string().optional(),
  origin: z.string(),
});

const base = {
  request: requestSchema,
  events: z.array(z.looseObject({ number: z.int(), status, at: time })).min(1),
  attempts: z.int(),
};
const claimed = { ...base, claim: z.string() };
const finished = { ...base, completedAt: time, expiresAt: time };

const recordSchema = z.discriminatedUnion('status', [
  z.looseObject({ ...base, status: z.literal('queued') }),
  z.looseObject({ ...claimed, status: z.literal('starting') }),
  z.looseObject({ ...claimed, status: z.literal('processing') }),
  z.looseObject({
    ...finished,
    status: z.literal('succeeded'),
    output: z.looseObject({ key: z.string(), mediaType: z.string(), bytes: z.number() }),
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

/** Throws where the bytes are not the record of the job with this id. */
export function parseRecord(id: string, bytes: Uint8Array): Job {
  const record = recordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  if (record.request.id !== id)
    throw new TypeError(`Expected job ${id}, got ${record.request.id}.`);
  return record as unknown as Job;
}
