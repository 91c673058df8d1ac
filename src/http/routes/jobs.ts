/** Stylizations that are worked on or done: what every job has, the painting, and links to it. */

import { z } from '@hono/zod-openapi';
import { ProblemError } from '../../errors.ts';
import type { Job, SucceededJob } from '../../jobs/job.ts';
import { paintingOf, stylizationKind } from '../../jobs/stylization/kind.ts';
import type { SharedServices } from '../../services/services.ts';
import { PAINTINGS } from '../bodies.ts';
import { type JobAddresses, jobProblems, jobRoutesOf, NO_STORE } from '../job-routes.ts';
import { linkSchema, stylizationSchema, stylizationsSchema } from '../job-schemas.ts';
import { problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
import { pageLink } from '../page-links.ts';
import { type Route, route } from '../route.ts';

const STYLIZATIONS = {
  kind: stylizationKind.name,
  path: '/v1/stylizations',
  tag: 'stylizations',
  name: 'Stylization',
  notFound: stylizationKind.notFound,
  example: 'order-1234',
  schema: stylizationSchema,
  listSchema: stylizationsSchema,
  canceling: 'What is being painted stops at its next step; what is finished stays so.',
  removing: 'Remove a stylization and its pictures',
} as const satisfies JobAddresses;

/** What is said instead of the painting where there is none, or not yet. */
const UNPAINTED = [
  ...jobProblems(STYLIZATIONS),
  'not-finished',
  'canceled',
  'invalid-request',
  'source-failed',
  'style-not-found',
  'style-unavailable',
  'deadline-exceeded',
] as const;

const params = z.object({ id: z.string().openapi({ example: STYLIZATIONS.example }) });

const outputContract = {
  method: 'get',
  path: '/v1/stylizations/{id}/output',
  scope: 'jobs',
  operationId: 'getStylizationOutput',
  tags: ['stylizations'],
  summary: 'Get the painting',
  request: { params },
  responses: {
    200: { description: 'The painting, where this service keeps it itself.', content: PAINTINGS },
    302: {
      description: 'Where the painting is, for a while.',
      headers: z.object({ location: z.string() }),
    },
    ...problems(...UNPAINTED),
  },
} as const;

const linkContract = {
  method: 'post',
  path: '/v1/stylizations/{id}/links',
  scope: 'jobs',
  operationId: 'createStylizationLink',
  tags: ['stylizations'],
  summary: 'Make a link to the painting',
  description:
    'For people: whoever has the link sees the painting on the page, and beside the link where those are shown ' +
    '(`og:image`), as long as the stylization is kept. Removing the stylization ends it. There are links where this ' +
    'service keeps paintings itself, rather than in a bucket.',
  request: { params },
  responses: {
    201: { description: 'The link.', content: { 'application/json': { schema: linkSchema } } },
    ...problems(...UNPAINTED),
  },
} as const;

export function jobRoutes({ signer: serving }: Pick<SharedServices, 'signer'>): Route[] {
  return [
    ...jobRoutesOf(STYLIZATIONS),
    route(outputContract, async ({ c, params, services }) => {
      const { jobs, blobs, config, signer } = services;
      const output = paintingOf(succeeded(await jobs.read(params.id, STYLIZATIONS.kind)));
      if (signer === undefined) {
        const ttlSeconds = config.URL_TTL_SECONDS;
        c.header('cache-control', 'no-store');
        return c.redirect(
          await blobs.downloadUrl(output.key, { ttlSeconds, origin: originOf(c, config) }),
        );
      }
      const blob = await blobs.read(output.key);
      if (blob === undefined) throw new ProblemError('gone', 'The painting is no longer kept.');
      return c.body(blob.bytes, 200, { ...NO_STORE, 'content-type': output.mediaType });
    }),
    ...(serving ? [linkRoute()] : []),
  ];
}

function linkRoute(): Route {
  return route(linkContract, async ({ c, params: { id }, services }) => {
    const job = succeeded(await services.jobs.read(id, STYLIZATIONS.kind));
    const leftMs = new Date(job.expiresAt).getTime() - Date.now();
    const url = await services.blobs.downloadUrl(paintingOf(job).key, {
      ttlSeconds: Math.ceil(leftMs / 1000),
      origin: originOf(c, services.config),
    });
    return c.json({ url: pageLink(url), expires_at: job.expiresAt }, 201, NO_STORE);
  });
}

function succeeded(job: Job): SucceededJob {
  if (job.status === 'succeeded') return job;
  if (job.status === 'failed') throw new ProblemError(job.problem.type, job.problem.detail);
  if (job.status === 'canceled') throw new ProblemError('canceled', job.reason);
  throw new ProblemError('not-finished', `The stylization is ${job.status}.`, {
    retryAfterSeconds: 1,
  });
}
