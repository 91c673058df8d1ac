/** Stylizations that are worked on or done: what every job has, and the painting. */

import { z } from '@hono/zod-openapi';
import { ProblemError } from '../../errors.ts';
import type { Job, SucceededJob } from '../../jobs/job.ts';
import { paintingOf, stylizationKind } from '../../jobs/stylization/kind.ts';
import { PAINTINGS } from '../bodies.ts';
import { type JobAddresses, jobProblems, jobRoutesOf, NO_STORE } from '../job-routes.ts';
import { stylizationSchema, stylizationsSchema } from '../job-schemas.ts';
import { problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
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

const outputContract = {
  method: 'get',
  path: '/v1/stylizations/{id}/output',
  scope: 'jobs',
  operationId: 'getStylizationOutput',
  tags: ['stylizations'],
  summary: 'Get the painting',
  request: { params: z.object({ id: z.string().openapi({ example: STYLIZATIONS.example }) }) },
  responses: {
    200: { description: 'The painting, where this service keeps it itself.', content: PAINTINGS },
    302: {
      description: 'Where the painting is, for a while.',
      headers: z.object({ location: z.string() }),
    },
    ...problems(
      ...jobProblems(STYLIZATIONS),
      'not-finished',
      'canceled',
      'invalid-request',
      'source-failed',
      'style-not-found',
      'style-unavailable',
      'deadline-exceeded',
    ),
  },
} as const;

export function jobRoutes(): Route[] {
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
  ];
}

function succeeded(job: Job): SucceededJob {
  if (job.status === 'succeeded') return job;
  if (job.status === 'failed') throw new ProblemError(job.problem.type, job.problem.detail);
  if (job.status === 'canceled') throw new ProblemError('canceled', job.reason);
  throw new ProblemError('not-finished', `The stylization is ${job.status}.`, {
    retryAfterSeconds: 1,
  });
}
