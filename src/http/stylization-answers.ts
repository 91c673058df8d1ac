/** A stylization that was asked for, painted now or accepted as a job, and answered. */

import type { Context } from 'hono';
import { ProblemError } from '../errors.ts';
import { MEDIA_TYPES, OUTPUT_FORMATS, outputPreference } from '../images/formats.ts';
import { sniff } from '../images/sniff.ts';
import { type FinishedJob, isFinished, type Job } from '../jobs/job.ts';
import { stylizationResource } from '../jobs/resource.ts';
import { keepPainting } from '../jobs/worker.ts';
import type { Services } from '../services.ts';
import type { Spans } from '../telemetry.ts';
import { callerOf } from './caller.ts';
import { entityTag, isUnchanged } from './etag.ts';
import { acceptQuality } from './negotiation.ts';
import { originOf } from './origin.ts';
import type { Preferences } from './preferences.ts';
import type { StylizationRequest } from './stylization-request.ts';
import { jobRequest, type Submission, submit } from './submission.ts';

/** Part of every entity tag: raised when the same request would give other bytes. */
const PIPELINE_VERSION = '3';

/** Reads the request, once its body is there. */
export type Read = () => Promise<StylizationRequest>;

/** What is known of a request before its body is read. */
export interface Arrival {
  readonly signal: AbortSignal;
  readonly spans: Spans;
  /** By `performance.now()`. */
  readonly deadline: number;
}

/** Paints while the caller waits; nothing is kept but what a JSON answer links to. */
export async function answerNow(
  c: Context,
  services: Services,
  read: Read,
  { signal, spans, deadline }: Arrival,
): Promise<Response> {
  const { config, catalogue, sessions, stylizer, images } = services;
  const request = await read();
  const digests = catalogue.resolve(request.options.mix).map(({ digest }) => digest);
  const file =
    'bytes' in request.image
      ? request.image.bytes
      : await spans.measure('fetch', () => images.read(request.image, signal));
  const { asJson, formats } = answerForms(c.req.header('accept'), request, file);
  const options = JSON.stringify([request.options, formats]);
  const precision = await sessions.precision(request.options.mix);
  const engine = `${config.ENGINE} ${config.WHOLE_PIXELS}`;
  const tag = asJson
    ? undefined
    : entityTag([PIPELINE_VERSION, engine, precision, ...digests, options, file]);
  const caching = {
    vary: 'accept',
    'cache-control': asJson ? 'no-store' : 'private, no-cache',
    ...(tag && { etag: tag }),
  };
  if (tag && isUnchanged(c.req.header('if-none-match'), tag)) return c.body(null, 304, caching);
  const waiter = { caller: callerOf(c, config), deadline };
  const context = { signal, spans, formats, waiter };
  const painting = await stylizer.stylize(file, request.options, context);
  if (!asJson) {
    const headers = { ...caching, 'server-timing': serverTiming(spans) };
    return c.body(painting.bytes, 200, { ...headers, 'content-type': painting.mediaType });
  }
  const id = crypto.randomUUID();
  const output = await spans.measure('store', () => keepPainting(id, painting, services.blobs));
  const submission = {
    id,
    request,
    formats,
    origin: originOf(c, config),
    cancelAfterMs: undefined,
  };
  const image = 'bytes' in request.image ? { key: '' } : request.image;
  const timingsMs = Object.fromEntries(spans.durations);
  const job = await services.jobs.record(jobRequest(submission, image), { output, timingsMs });
  const headers = { ...caching, 'server-timing': serverTiming(spans) };
  return c.json(await describe(c, services, job), 200, headers);
}

/** Accepts the request as a job, and answers at once or when it is done. */
export async function answerAsJob(
  c: Context,
  services: Services,
  read: Read,
  preferences: Preferences,
  id: string,
  signal: AbortSignal,
): Promise<Response> {
  const { catalogue, config, jobs } = services;
  const request = await read();
  catalogue.resolve(request.options.mix);
  const known = 'bytes' in request.image ? request.image.bytes : new Uint8Array();
  const { asJson, formats } = answerForms(c.req.header('accept'), request, known);
  const submission: Submission = {
    id,
    request,
    formats,
    origin: originOf(c, config),
    cancelAfterMs: preferences.cancelAfterMs,
  };
  const { job } = await submit(submission, services);
  if (isFinished(job)) return answerFinished(c, services, job, asJson);
  if (preferences.respondAsync) return accepted(c, services, job);
  const waitMs = preferences.waitMs ?? config.REQUEST_TIMEOUT_MS;
  const finished = await finishedWithin(services, id, waitMs, signal);
  if (finished === undefined) return accepted(c, services, await jobs.read(id));
  return answerFinished(c, services, finished, asJson);
}

/** Undefined where the job is not done in time; it goes on. */
async function finishedWithin(
  { jobs }: Services,
  id: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<FinishedJob | undefined> {
  const patience = new AbortController();
  const stop = () => patience.abort(signal.reason);
  const timer = setTimeout(stop, waitMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await jobs.finished(id, patience.signal);
  } catch (error) {
    if (patience.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

async function accepted(c: Context, services: Services, job: Job): Promise<Response> {
  return c.json(await describe(c, services, job), 202, {
    location: `/v1/stylizations/${job.request.id}`,
    'cache-control': 'no-store',
    'retry-after': '1',
    vary: 'accept, prefer',
    'preference-applied': 'respond-async',
  });
}

async function answerFinished(
  c: Context,
  services: Services,
  job: FinishedJob,
  asJson: boolean,
): Promise<Response> {
  const headers = { vary: 'accept, prefer', 'cache-control': 'no-store' };
  if (asJson) return c.json(await describe(c, services, job), 200, headers);
  if (job.status === 'failed') throw new ProblemError(job.problem.type, job.problem.detail);
  if (job.status === 'canceled') throw new ProblemError('canceled', job.reason);
  const blob = await services.blobs.read(job.output.key);
  if (blob === undefined) throw new ProblemError('gone', 'The painting is no longer kept.');
  return c.body(blob.bytes, 200, { ...headers, 'content-type': job.output.mediaType });
}

function describe(c: Context, { blobs, config }: Services, job: Job) {
  const addresses = { blobs, origin: originOf(c, config), urlTtlSeconds: config.URL_TTL_SECONDS };
  return stylizationResource(job, addresses);
}

/** An explicit `format` is the caller's choice; `auto` follows the Accept header. */
function answerForms(accept: string | undefined, { format }: StylizationRequest, file: Uint8Array) {
  const quality = acceptQuality(accept);
  const input = sniff(file)?.format ?? 'jpeg';
  const acceptable = outputPreference(input, quality);
  const best = Math.max(0, ...acceptable.map((candidate) => quality(MEDIA_TYPES[candidate])));
  const asJson = quality('application/json') > best;
  if (format !== 'auto') return { asJson, formats: [format] };
  if (!asJson && acceptable.length === 0) {
    const types = OUTPUT_FORMATS.map((candidate) => MEDIA_TYPES[candidate]).join(', ');
    throw new ProblemError(
      'not-acceptable',
      `Expected an Accept header with ${types} or application/json, got ${accept}.`,
    );
  }
  return { asJson, formats: asJson ? outputPreference(input, () => 1) : acceptable };
}

/** https://www.w3.org/TR/server-timing/ */
function serverTiming({ durations }: Spans): string {
  return [...durations].map(([step, ms]) => `${step};dur=${Math.round(ms * 10) / 10}`).join(', ');
}
