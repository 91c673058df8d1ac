/** Stylizations that are worked on or done: their state, result, progress and end. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { every } from '../../concurrency/timers.ts';
import { ProblemError } from '../../errors.ts';
import { isFinished, type Job, type SucceededJob } from '../../jobs/job.ts';
import { paintingOf, stylizationKind } from '../../jobs/stylization/kind.ts';
import { MEDIA_TYPES, OUTPUT_FORMATS } from '../../pictures/formats.ts';
import type { Services } from '../../services/services.ts';
import {
  deliveriesSchema,
  stylizationSchema,
  stylizationsSchema,
  toWireDelivery,
} from '../job-schemas.ts';
import { problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
import { type Route, route } from '../route.ts';

const tags = ['stylizations'];
const paintings = Object.fromEntries(
  OUTPUT_FORMATS.map((format) => [
    MEDIA_TYPES[format],
    { schema: z.string().openapi({ format: 'binary' }) },
  ]),
);
const params = z.object({ id: z.string().openapi({ example: 'order-1234' }) });
const shared = [
  'stylization-not-found',
  'gone',
  'storage-full',
  'internal',
  'shutting-down',
] as const;
const described = {
  description: 'The stylization.',
  content: { 'application/json': { schema: stylizationSchema } },
};

const MAX_PAGE = 100;
const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(20).openapi({ type: 'integer' }),
  cursor: z
    .string()
    .regex(/^\d{7}\/\d{3}\/\d{4}_[A-Za-z0-9_-]{1,64}$/, {
      error: 'Expected the next_cursor of an earlier page for cursor.',
    })
    .optional(),
});

const contracts = {
  list: {
    method: 'get',
    path: '/v1/stylizations',
    scope: 'jobs',
    operationId: 'listStylizations',
    tags,
    summary: 'List stylizations, newest first',
    request: { query: listQuery },
    responses: {
      200: {
        description: 'One page of them.',
        content: { 'application/json': { schema: stylizationsSchema } },
      },
      ...problems('invalid-request', 'internal', 'shutting-down'),
    },
  },
  show: {
    method: 'get',
    path: '/v1/stylizations/{id}',
    scope: 'jobs',
    operationId: 'getStylization',
    tags,
    summary: 'Describe a stylization',
    request: { params },
    responses: { 200: described, ...problems(...shared) },
  },
  output: {
    method: 'get',
    path: '/v1/stylizations/{id}/output',
    scope: 'jobs',
    operationId: 'getStylizationOutput',
    tags,
    summary: 'Get the painting',
    request: { params },
    responses: {
      200: { description: 'The painting, where this service keeps it itself.', content: paintings },
      302: {
        description: 'Where the painting is, for a while.',
        headers: z.object({ location: z.string() }),
      },
      ...problems(
        ...shared,
        'not-finished',
        'canceled',
        'invalid-request',
        'source-failed',
        'style-not-found',
        'style-unavailable',
        'deadline-exceeded',
      ),
    },
  },
  events: {
    method: 'get',
    path: '/v1/stylizations/{id}/events',
    scope: 'jobs',
    operationId: 'streamStylizationEvents',
    tags,
    summary: 'Follow a stylization',
    description:
      'Server-sent events: one for each status it takes, named as the status and numbered, with ' +
      'the stylization as data. The stream ends with the stylization; after a break it goes on ' +
      'behind Last-Event-ID.',
    request: {
      params,
      headers: z.object({ 'last-event-id': z.string().optional() }),
    },
    responses: {
      200: { description: 'The events.', content: { 'text/event-stream': { schema: z.string() } } },
      ...problems(...shared),
    },
  },
  cancel: {
    method: 'post',
    path: '/v1/stylizations/{id}/cancel',
    scope: 'jobs',
    operationId: 'cancelStylization',
    tags,
    summary: 'Cancel a stylization',
    description: 'What is being painted stops at its next step; what is finished stays so.',
    request: { params },
    responses: { 200: described, ...problems(...shared) },
  },
  remove: {
    method: 'delete',
    path: '/v1/stylizations/{id}',
    scope: 'jobs',
    operationId: 'deleteStylization',
    tags,
    summary: 'Remove a stylization and its pictures',
    request: { params },
    responses: { 204: { description: 'It is gone.' }, ...problems(...shared) },
  },
  deliveries: {
    method: 'get',
    path: '/v1/stylizations/{id}/deliveries',
    scope: 'jobs',
    operationId: 'listDeliveries',
    tags,
    summary: 'What its webhook was told',
    request: { params },
    responses: {
      200: {
        description: 'Every delivery with its attempts.',
        content: { 'application/json': { schema: deliveriesSchema } },
      },
      ...problems(...shared),
    },
  },
  redeliver: {
    method: 'post',
    path: '/v1/stylizations/{id}/deliveries/{event}',
    scope: 'jobs',
    operationId: 'redeliver',
    tags,
    summary: 'Tell its webhook again',
    request: { params: params.extend({ event: z.string().openapi({ example: '4' }) }) },
    responses: {
      202: { description: 'It will be told.' },
      ...problems(...shared, 'not-found'),
    },
  },
} as const;

/** Comments that keep proxies from closing a silent stream. */
const KEEP_ALIVE_MS = 15_000;

/** Jobs of other kinds are not found by these routes. */
const KIND = stylizationKind.name;

export function jobRoutes(): Route[] {
  return [
    route(contracts.list, async ({ c, query, services }) => {
      const { jobs: page, cursor } = await services.jobs.list({ ...query(), kind: KIND });
      const stylizations = await Promise.all(page.map((job) => describe(c, services, job)));
      return c.json({ stylizations, next_cursor: cursor ?? null }, 200, noStore);
    }),
    route(contracts.show, async ({ c, params, services }) =>
      c.json(await describe(c, services, await services.jobs.read(params.id, KIND)), 200, noStore),
    ),
    route(contracts.output, async ({ c, params, services }) => {
      const { jobs, blobs, config } = services;
      const output = paintingOf(succeeded(await jobs.read(params.id, KIND)));
      if (services.signer === undefined) {
        const ttlSeconds = config.URL_TTL_SECONDS;
        c.header('cache-control', 'no-store');
        return c.redirect(
          await blobs.downloadUrl(output.key, { ttlSeconds, origin: originOf(c, config) }),
        );
      }
      const blob = await blobs.read(output.key);
      if (blob === undefined) throw new ProblemError('gone', 'The painting is no longer kept.');
      return c.body(blob.bytes, 200, { ...noStore, 'content-type': output.mediaType });
    }),
    route(contracts.events, async ({ c, params, services }) => {
      const { id } = (await services.jobs.read(params.id, KIND)).request;
      const seen = Number(c.req.header('last-event-id') ?? 0) || 0;
      return streamEvents(c, services, id, seen, (job) => describe(c, services, job));
    }),
    route(contracts.cancel, async ({ c, params, services }) => {
      const job = await services.jobs.cancel(params.id, 'The caller canceled it.', KIND);
      return c.json(await describe(c, services, job), 200, noStore);
    }),
    route(contracts.remove, async ({ c, params, services }) => {
      await services.jobs.remove(params.id, KIND);
      return c.body(null, 204);
    }),
    route(contracts.deliveries, async ({ c, params, services }) => {
      const { jobs, deliveries } = services;
      const found = await deliveries.list(await jobs.read(params.id, KIND));
      return c.json({ deliveries: found.map(toWireDelivery) }, 200, noStore);
    }),
    route(contracts.redeliver, async ({ c, params, services }) => {
      const { jobs, deliveries } = services;
      await deliveries.redeliver(await jobs.read(params.id, KIND), Number(params.event));
      return c.body(null, 202);
    }),
  ];
}

function describe(c: Context, { descriptions, config }: Services, job: Job): Promise<object> {
  return descriptions.job(job, originOf(c, config));
}

const noStore = { 'cache-control': 'no-store' };

function succeeded(job: Job): SucceededJob {
  if (job.status === 'succeeded') return job;
  if (job.status === 'failed') throw new ProblemError(job.problem.type, job.problem.detail);
  if (job.status === 'canceled') throw new ProblemError('canceled', job.reason);
  throw new ProblemError('not-finished', `The stylization is ${job.status}.`, {
    retryAfterSeconds: 1,
  });
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
function streamEvents(
  c: Context,
  { jobs }: Services,
  id: string,
  seen: number,
  describe: (job: Job) => Promise<object>,
): Response {
  c.header('cache-control', 'no-store');
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const stopKeepingAlive = every(KEEP_ALIVE_MS, () => void stream.write(':\n\n'));
    try {
      let told = seen;
      for await (const job of jobs.changes(id, gone.signal)) {
        for (const event of job.events.filter(({ number }) => number > told)) {
          const newest = event.number === job.events.length;
          const data = newest ? await describe(job) : { id, status: event.status, at: event.at };
          await stream.writeSSE({
            id: String(event.number),
            event: event.status,
            data: JSON.stringify(data),
          });
          told = event.number;
        }
        if (isFinished(job)) break;
      }
    } finally {
      stopKeepingAlive();
    }
  });
}
