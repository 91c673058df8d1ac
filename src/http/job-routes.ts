/** What can be asked of a job of any kind: its state, its list, its events, its end, what its webhook was told. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ProblemType } from '../errors.ts';
import type { Job } from '../jobs/job.ts';
import type { Services } from '../services/services.ts';
import { streamEvents } from './job-events.ts';
import { deliveriesSchema, eventSchema, toWireDelivery } from './job-schemas.ts';
import { problems, type Tag } from './openapi.ts';
import { originOf } from './origin.ts';
import { type Route, route } from './route.ts';

/** Under which address jobs of a kind are found, and in which words the document tells of them. */
export interface JobAddresses {
  readonly kind: string;
  /** Such as `/v1/stylizations`. */
  readonly path: string;
  readonly tag: Tag;
  /** Such as `Stylization`, for the names of operations; its plural is that with an s. */
  readonly name: string;
  readonly notFound: ProblemType;
  /** An id in examples. */
  readonly example: string;
  readonly schema: z.ZodType;
  readonly listSchema: z.ZodType;
  readonly canceling: string;
  readonly removing: string;
  /** What pictures are taken of while it is worked on, where there is more than one. */
  readonly shows?: string;
}

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

/** What any answer about one job may say instead. */
export function jobProblems({ notFound }: Pick<JobAddresses, 'notFound'>) {
  return [notFound, 'gone', 'storage-full', 'internal', 'shutting-down'] as const;
}

function contractsOf(addresses: JobAddresses) {
  const { path, tag, name, example, schema, listSchema, canceling, removing, shows } = addresses;
  const noun = name.toLowerCase();
  const params = z.object({ id: z.string().openapi({ example }) });
  const shared = jobProblems(addresses);
  const previewed =
    shows === undefined ? '' : `, or \`preview\` when there is a new picture of ${shows}`;
  const json = (of: z.ZodType) => ({ 'application/json': { schema: of } });
  const described = { description: `The ${noun}.`, content: json(schema) };
  const common = { tags: [tag], request: { params } };
  return {
    list: {
      method: 'get',
      path,
      scope: 'jobs',
      operationId: `list${name}s`,
      tags: [tag],
      summary: `List ${noun}s, newest first`,
      request: { query: listQuery },
      responses: {
        200: { description: 'One page of them.', content: json(listSchema) },
        ...problems('invalid-request', 'internal', 'shutting-down'),
      },
    },
    show: {
      method: 'get',
      path: `${path}/{id}`,
      scope: 'jobs',
      operationId: `get${name}`,
      ...common,
      summary: `Describe a ${noun}`,
      responses: { 200: described, ...problems(...shared) },
    },
    events: {
      method: 'get',
      path: `${path}/{id}/events`,
      scope: 'jobs',
      operationId: `stream${name}Events`,
      tags: [tag],
      summary: `Follow a ${noun}`,
      description:
        `Server-sent events: one for each status it takes, named as the status and numbered, and one named ` +
        `\`progress\` whenever more of it is done${previewed}, with the ${noun} as data. The stream ends ` +
        `with the ${noun}; after a break it goes on behind Last-Event-ID.`,
      request: { params, headers: z.object({ 'last-event-id': z.string().optional() }) },
      responses: {
        200: {
          description: 'The events; the schema is that of the data of each.',
          content: { 'text/event-stream': { schema: eventSchema(name, schema) } },
        },
        ...problems(...shared),
      },
    },
    cancel: {
      method: 'post',
      path: `${path}/{id}/cancel`,
      scope: 'jobs',
      operationId: `cancel${name}`,
      ...common,
      summary: `Cancel a ${noun}`,
      description: canceling,
      responses: { 200: described, ...problems(...shared) },
    },
    remove: {
      method: 'delete',
      path: `${path}/{id}`,
      scope: 'jobs',
      operationId: `delete${name}`,
      ...common,
      summary: removing,
      responses: { 204: { description: 'It is gone.' }, ...problems(...shared) },
    },
    deliveries: {
      method: 'get',
      path: `${path}/{id}/deliveries`,
      scope: 'jobs',
      operationId: `list${noun === 'stylization' ? '' : name}Deliveries`,
      ...common,
      summary: 'What its webhook was told',
      responses: {
        200: {
          description: 'Every delivery with its attempts.',
          content: json(deliveriesSchema),
        },
        ...problems(...shared),
      },
    },
    redeliver: {
      method: 'post',
      path: `${path}/{id}/deliveries/{event}`,
      scope: 'jobs',
      operationId: `redeliver${noun === 'stylization' ? '' : name}`,
      tags: [tag],
      summary: 'Tell its webhook again',
      request: { params: params.extend({ event: z.string().openapi({ example: '4' }) }) },
      responses: {
        202: { description: 'It will be told.' },
        ...problems(...shared, 'not-found'),
      },
    },
  } as const;
}

/** The routes that jobs of every kind have. Jobs of other kinds are not found by them. */
export function jobRoutesOf(addresses: JobAddresses): Route[] {
  const { kind, path } = addresses;
  const contracts = contractsOf(addresses);
  const plural = path.slice(path.lastIndexOf('/') + 1);
  return [
    route(contracts.list, async ({ c, query, services }) => {
      const { jobs: page, cursor } = await services.jobs.list({ ...query(), kind });
      const described = await Promise.all(page.map((job) => describeJob(c, services, job)));
      return c.json({ [plural]: described, next_cursor: cursor ?? null }, 200, NO_STORE);
    }),
    route(contracts.show, async ({ c, params, services }) => {
      const job = await services.jobs.read(params.id, kind);
      return c.json(await describeJob(c, services, job), 200, NO_STORE);
    }),
    route(contracts.events, async ({ c, params, services }) => {
      const { id } = (await services.jobs.read(params.id, kind)).request;
      const seen = Number(c.req.header('last-event-id') ?? 0) || 0;
      return streamEvents(c, services, id, seen);
    }),
    route(contracts.cancel, async ({ c, params, services }) => {
      const job = await services.jobs.cancel(params.id, 'The caller canceled it.', kind);
      return c.json(await describeJob(c, services, job), 200, NO_STORE);
    }),
    route(contracts.remove, async ({ c, params, services }) => {
      await services.jobs.remove(params.id, kind);
      return c.body(null, 204);
    }),
    route(contracts.deliveries, async ({ c, params, services }) => {
      const found = await services.deliveries.list(await services.jobs.read(params.id, kind));
      return c.json({ deliveries: found.map(toWireDelivery) }, 200, NO_STORE);
    }),
    route(contracts.redeliver, async ({ c, params, services }) => {
      const job = await services.jobs.read(params.id, kind);
      await services.deliveries.redeliver(job, Number(params.event));
      return c.body(null, 202);
    }),
  ];
}

/** The job as whoever asks sees it. */
export function describeJob(
  c: Context,
  { descriptions, config }: Services,
  job: Job,
): Promise<object> {
  return descriptions.job(job, originOf(c, config));
}

export const NO_STORE = { 'cache-control': 'no-store' };
