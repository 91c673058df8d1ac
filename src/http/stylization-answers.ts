/** A stylization that was asked for, painted now or accepted as a job, and answered. */

import type { Context } from 'hono';
import { within } from '../concurrency/deadline.ts';
import { ProblemError } from '../errors.ts';
import { wishedFormats } from '../images/format-wish.ts';
import { type FinishedJob, isFinished, type Job } from '../jobs/job.ts';
import { keepPainting, paintingOf } from '../jobs/stylization/kind.ts';
import type { Services } from '../services/services.ts';
import { createSpans } from '../telemetry/spans.ts';
import { answerForms, type Quality } from './answer-forms.ts';
import type { ReceiveBody, ReceivedBody } from './body.ts';
import { cacheStatus } from './cache-status.ts';
import { callerOf } from './caller.ts';
import { entityTag, isUnchanged } from './etag.ts';
import { originOf } from './origin.ts';
import type { Preferences } from './preferences.ts';
import { serverTiming } from './server-timing.ts';
import { readStylizationRequest } from './stylization-request.ts';
import { askedBy, jobRequest, submit } from './submission.ts';

/** Paints while the caller waits; nothing is kept but what a JSON answer links to. */
export async function answerNow(
  c: Context,
  services: Services,
  received: ReceivedBody,
): Promise<Response> {
  const { config, identity, stylizer, images } = services;
  const { signal, deadline, lease } = received;
  const createdAt = new Date();
  const spans = createSpans(services.meter);
  spans.add('receive', received.receivedMs);
  const caller = callerOf(c, config);
  const request = await readStylizationRequest(c, received, services, caller);
  const parts = await identity(request.options.style);
  const file =
    'bytes' in request.image
      ? request.image.bytes
      : await spans.measure('fetch', () => images.read(request.image, signal, lease));
  const { asJson, wish } = answerForms(c.req.header('accept'), request.format);
  const formats = wishedFormats(wish, file);
  const options = JSON.stringify([request.options, formats]);
  const tag = asJson ? undefined : entityTag([...parts, options, file]);
  const caching = {
    vary: 'accept',
    'cache-control': asJson ? 'no-store' : 'private, no-cache',
    ...(tag && { etag: tag }),
  };
  if (tag && isUnchanged(c.req.header('if-none-match'), tag)) return c.body(null, 304, caching);
  const waiter = { caller, deadline };
  const context = { signal, spans, formats, waiter };
  const { painting, origin } = await stylizer.obtain(file, request.options, context);
  const told = origin && { 'cache-status': cacheStatus(origin) };
  if (!asJson) {
    const headers = { ...caching, ...told, 'server-timing': serverTiming(spans) };
    return c.body(painting.bytes, 200, { ...headers, 'content-type': painting.mediaType });
  }
  const id = crypto.randomUUID();
  const output = await spans.measure('store', () => keepPainting(id, painting, services.blobs));
  const submission = { ...askedBy(c, services, id, undefined), request, formats, createdAt };
  const asked = 'bytes' in request.image ? { key: '' } : request.image;
  const kept = { asked, digest: '', kept: asked };
  const timingsMs = Object.fromEntries(spans.durations);
  const job = await services.jobs.record(jobRequest(submission, kept), { output, timingsMs });
  const headers = { ...caching, ...told, 'server-timing': serverTiming(spans) };
  return c.json(await describe(c, services, job), 200, headers);
}

/** Accepts the request as a job, and answers at once, when it is done, or when waiting has an end. */
export async function answerAsJob(
  c: Context,
  services: Services,
  receive: ReceiveBody,
  preferences: Preferences,
  id: string,
): Promise<Response> {
  const { respondAsync, waitMs } = preferences;
  // The body is kept by then: waiting for the painting holds no part of it.
  const { job, deadline, asJson, quality } = await receive((received) =>
    acceptJob(c, services, received, preferences, id),
  );
  if (isFinished(job)) return answerFinished(c, services, job, asJson, quality);
  const leftMs = deadline - performance.now();
  const patienceMs = Math.min(leftMs, waitMs ?? (respondAsync ? 0 : leftMs));
  const { found, finished } = await waited(services, job, patienceMs, c.req.raw.signal);
  if (finished) return answerFinished(c, services, finished, asJson, quality);
  const waitedAsAsked = waitMs !== undefined && waitMs <= leftMs;
  return accepted(c, services, found, [
    ...(respondAsync ? ['respond-async'] : []),
    ...(waitedAsAsked ? [`wait=${waitMs / 1000}`] : []),
  ]);
}

async function acceptJob(
  c: Context,
  services: Services,
  received: ReceivedBody,
  { cancelAfterMs }: Preferences,
  id: string,
) {
  const caller = callerOf(c, services.config);
  const request = await readStylizationRequest(c, received, services, caller);
  await services.repertoire.resolve(request.options.style);
  const { asJson, wish: formats, quality } = answerForms(c.req.header('accept'), request.format);
  const submission = { ...askedBy(c, services, id, cancelAfterMs), request, formats };
  const { job } = await submit(submission, services);
  return { job, deadline: received.deadline, asJson, quality };
}

interface Waited {
  readonly found: Job;
  /** Undefined where it was not done in time; it goes on. */
  readonly finished?: FinishedJob;
}

async function waited(
  { jobs }: Services,
  job: Job,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Waited> {
  if (patienceMs <= 0) return { found: job };
  const { id } = job.request;
  return within(signal, { timeoutMs: patienceMs }, async (limited) => {
    try {
      const finished = await jobs.finished(id, limited);
      return { found: finished, finished };
    } catch (error) {
      if (limited.aborted) return { found: await jobs.read(id) };
      throw error;
    }
  });
}

async function accepted(
  c: Context,
  services: Services,
  job: Job,
  applied: readonly string[],
): Promise<Response> {
  return c.json(await describe(c, services, job), 202, {
    location: `/v1/stylizations/${job.request.id}`,
    'cache-control': 'no-store',
    'retry-after': '1',
    vary: 'accept, prefer',
    ...(applied.length > 0 && { 'preference-applied': applied.join(', ') }),
  });
}

async function answerFinished(
  c: Context,
  services: Services,
  job: FinishedJob,
  asJson: boolean,
  quality: Quality,
): Promise<Response> {
  const headers = { vary: 'accept, prefer', 'cache-control': 'no-store' };
  if (asJson) return c.json(await describe(c, services, job), 200, headers);
  if (job.status === 'failed') throw new ProblemError(job.problem.type, job.problem.detail);
  if (job.status === 'canceled') throw new ProblemError('canceled', job.reason);
  const { key, mediaType } = paintingOf(job);
  // Painted for an earlier request of the same id, which took other formats.
  if (quality(mediaType) === 0) {
    const detail = `Expected an Accept header with ${mediaType}, in which it is painted already.`;
    throw new ProblemError('not-acceptable', detail);
  }
  const blob = await services.blobs.read(key);
  if (blob === undefined) throw new ProblemError('gone', 'The painting is no longer kept.');
  return c.body(blob.bytes, 200, { ...headers, 'content-type': mediaType });
}

function describe(c: Context, { descriptions, config }: Services, job: Job) {
  return descriptions.job(job, originOf(c, config));
}
