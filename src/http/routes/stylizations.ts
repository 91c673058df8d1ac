/** Submitting photographs: painted while the caller waits, or as a job. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { invalidField, ProblemError } from '../../errors.ts';
import { MEDIA_TYPES, OUTPUT_FORMATS, outputPreference, sniff } from '../../images/formats.ts';
import { type FinishedJob, isFinished, type Job } from '../../jobs/job.ts';
import { stylizationResource } from '../../jobs/resource.ts';
import { keepPainting } from '../../jobs/worker.ts';
import type { Services } from '../../services.ts';
import { withDeadline } from '../../signals.ts';
import { createSpans, type Spans } from '../../telemetry.ts';
import { type ByteBudget, createByteBudget, withBody } from '../body.ts';
import { callerOf } from '../caller.ts';
import { entityTag, isUnchanged } from '../etag.ts';
import { EXAMPLES } from '../examples.ts';
import { stylizationSchema } from '../job-schemas.ts';
import { acceptQuality } from '../negotiation.ts';
import { problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
import {
  idOfIdempotencyKey,
  type Preferences,
  readPreferences,
  STYLIZATION_ID,
} from '../preferences.ts';
import { deliveryFields, fileSchema, imageText, optionFields, optionsSchema } from '../schemas.ts';
import {
  bodyReader,
  readStylizationRequest,
  type StylizationRequest,
} from '../stylization-request.ts';
import { jobRequest, type Submission, submit } from '../submission.ts';

/** Part of every entity tag: raised when the same request would give other bytes. */
const PIPELINE_VERSION = '2';

const binary = z.string().openapi({ format: 'binary' });
const imageBodies = Object.fromEntries(
  Object.values(MEDIA_TYPES).map((type) => [type, { schema: binary }]),
);
const paintings = Object.fromEntries(
  OUTPUT_FORMATS.map((format) => [MEDIA_TYPES[format], { schema: binary }]),
);

const fields = { ...optionFields, ...deliveryFields };

const request = {
  query: optionsSchema,
  body: {
    required: true,
    content: {
      'multipart/form-data': { schema: z.object({ image: fileSchema, ...fields }) },
      'application/json': {
        schema: z.object({ image: imageText, ...fields }),
        example: EXAMPLES.StylizationRequest,
      },
      ...imageBodies,
    },
  },
};

const preferenceHeaders = {
  prefer: z
    .string()
    .optional()
    .openapi({ description: '`respond-async`, or `wait=<seconds>`.', example: 'respond-async' }),
  'cancel-after': z
    .string()
    .optional()
    .openapi({ description: 'Give up after so long, such as `90s` or `5m`.' }),
};

const responses = {
  200: {
    description: 'The painting, or its description.',
    headers: z.object({
      etag: z.string().optional().openapi({ description: 'With a painting, not with JSON.' }),
      vary: z.string(),
      'cache-control': z.string(),
      'server-timing': z.string().optional(),
    }),
    content: { ...paintings, 'application/json': { schema: stylizationSchema } },
  },
  202: {
    description: 'Accepted: it is painted as soon as possible, whatever happens to this server.',
    headers: z.object({ location: z.string(), 'retry-after': z.string() }),
    content: { 'application/json': { schema: stylizationSchema } },
  },
  ...problems(
    'malformed-body',
    'style-not-found',
    'not-acceptable',
    'request-timeout',
    'conflict',
    'canceled',
    'gone',
    'payload-too-large',
    'unsupported-media-type',
    'invalid-request',
    'internal',
    'slots-full',
    'shutting-down',
    'deadline-exceeded',
    'storage-full',
  ),
};

const postRoute = createRoute({
  method: 'post',
  path: '/v1/stylizations',
  operationId: 'createStylization',
  tags: ['stylizations'],
  summary: 'Turn a photograph into a painting',
  description:
    'Send the photograph as a form, as raw bytes or as JSON with a data URL, an address or an ' +
    'upload. The answer is the painting itself, or a JSON description with its address where the ' +
    'Accept header prefers `application/json`. With `Prefer: respond-async` the answer comes at ' +
    'once and the painting later. An Idempotency-Key makes repeating the request safe. The ' +
    'painting follows from the request alone: a matching If-None-Match is answered with 304 ' +
    'before anything is painted.',
  request: {
    ...request,
    headers: z.object({
      ...preferenceHeaders,
      'idempotency-key': z.string().optional(),
      'if-none-match': z.string().optional(),
    }),
  },
  responses: { ...responses, 304: { description: 'The caller has this painting already.' } },
});

const putRoute = createRoute({
  method: 'put',
  path: '/v1/stylizations/{id}',
  operationId: 'putStylization',
  tags: ['stylizations'],
  summary: 'The same under an id of your own',
  description:
    'However often it is sent, there is one stylization: the same request again gets the one that ' +
    'is there, another one gets 409.',
  request: {
    ...request,
    params: z.object({ id: z.string().openapi({ example: 'order-1234' }) }),
    headers: z.object(preferenceHeaders),
  },
  responses,
});

export function registerStylizations(app: OpenAPIHono, services: Services): void {
  for (const route of [postRoute, putRoute]) app.openAPIRegistry.registerPath(route);
  const budget = createByteBudget(services.config.BODY_BUDGET_BYTES);
  app.post('/v1/stylizations', (c) => {
    const [preferences, id] = [readPreferences(c), idOfIdempotencyKey(c)];
    const asJob = id !== undefined || preferences.respondAsync;
    return received(c, services, budget, preferences, (read, arrival) =>
      asJob
        ? answerAsJob(c, services, read, preferences, id ?? crypto.randomUUID(), arrival.signal)
        : answerNow(c, services, read, arrival),
    );
  });
  app.put('/v1/stylizations/:id', (c) => {
    const [preferences, id] = [readPreferences(c), chosenId(c)];
    return received(c, services, budget, preferences, (read, { signal }) =>
      answerAsJob(c, services, read, preferences, id, signal),
    );
  });
}

function chosenId(c: Context): string {
  const id = c.req.param('id') ?? '';
  if (STYLIZATION_ID.test(id)) return id;
  const detail = `Expected an id of 1 to 64 letters, digits, "-" and "_", got ${JSON.stringify(id)}.`;
  throw invalidField('/id', detail);
}

type Read = () => Promise<StylizationRequest>;

/** What is known of a request before its body is read. */
interface Arrival {
  readonly signal: AbortSignal;
  readonly spans: Spans;
  /** By `performance.now()`. */
  readonly deadline: number;
}

/** Limits first, then everything that needs the body, all within one deadline. */
function received(
  c: Context,
  services: Services,
  budget: ByteBudget,
  { waitMs }: Preferences,
  answer: (read: Read, arrival: Arrival) => Promise<Response>,
): Promise<Response> {
  const { config } = services;
  const limits = { maxBytes: config.MAX_BODY_BYTES, timeoutMs: config.BODY_TIMEOUT_MS };
  const started = performance.now();
  const reader = bodyReader(c);
  const timeoutMs = Math.max(config.REQUEST_TIMEOUT_MS, waitMs ? limits.timeoutMs + waitMs : 0);
  return withDeadline(c.req.raw.signal, timeoutMs, (signal) =>
    withBody(c.req.raw, limits, budget, signal, (body) => {
      const spans = createSpans();
      spans.add('receive', performance.now() - started);
      const read = () => readStylizationRequest(c, reader, body, services.defaultMix);
      return answer(read, { signal, spans, deadline: started + timeoutMs });
    }),
  );
}

/** Paints while the caller waits; nothing is kept but what a JSON answer links to. */
async function answerNow(
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
async function answerAsJob(
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
