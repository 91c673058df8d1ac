/** Styles that are learned from a picture: submitted as jobs, and what becomes of them. */

import { z } from '@hono/zod-openapi';
import type { Config } from '../../config/config.ts';
import { isFinished } from '../../jobs/job.ts';
import { styleKind } from '../../jobs/style/kind.ts';
import { codeSamples, type FileRequest, fileRequestBody, IMAGE_MEDIA_TYPES } from '../bodies.ts';
import { EXAMPLES } from '../examples.ts';
import { describeJob, type JobAddresses, jobRoutesOf, NO_STORE } from '../job-routes.ts';
import { BODY_PROBLEMS, problems } from '../openapi.ts';
import { idOfIdempotencyKey, readPreferences } from '../preferences.ts';
import { type Route, route } from '../route.ts';
import { fileSchema, imageText } from '../schemas.ts';
import { STYLIZATION_MEDIA_TYPES } from '../stylization-request.ts';
import { submitTraining } from '../training-request.ts';
import {
  trainingFields,
  trainingOptionsSchema,
  trainingSchema,
  trainingsSchema,
} from '../training-schemas.ts';

const TRAININGS = {
  kind: styleKind.name,
  path: '/v1/trainings',
  tag: 'styles',
  name: 'Training',
  notFound: styleKind.notFound,
  example: '7d6c1f0e-5b1e-4f0c-9a43-5d2c8e1b9f60',
  schema: trainingSchema,
  listSchema: trainingsSchema,
  canceling: 'The process that learns is ended at once; a style that is there stays.',
  removing: 'Remove a training and all that is kept for it; the style stays',
  shows: 'how it paints so far',
} as const satisfies JobAddresses;

const fileRequest: FileRequest = {
  path: '/v1/styles',
  field: 'image',
  file: fileSchema,
  text: imageText,
  options: trainingFields,
  mediaTypes: IMAGE_MEDIA_TYPES,
  example: {
    fileName: 'painting.jpg',
    outputName: 'training.json',
    texts: { address: 'https://images.example/painting.jpg', upload: EXAMPLES.Upload.image },
    options: { id: 'my-waves', rights: 'mine' },
  },
};

const described = { 'application/json': { schema: trainingSchema } };

const contract = {
  method: 'post',
  path: '/v1/styles',
  scope: 'train',
  operationId: 'createStyle',
  tags: ['styles'],
  summary: 'Learn a style from a picture',
  description:
    'Send the picture as a form, as raw bytes or as JSON with a data URL, an address or an upload. It is learned ' +
    'as a job, in a minute or more: the answer comes at once, progress by `GET` or as events. When the job has ' +
    'succeeded, the style is one of yours. An Idempotency-Key makes repeating the request safe.',
  request: {
    query: trainingOptionsSchema.partial(),
    body: fileRequestBody(fileRequest),
    headers: z.object({
      'idempotency-key': z.string().optional(),
      'cancel-after': z
        .string()
        .optional()
        .openapi({ description: 'Give up after so long, such as `90s` or `5m`.' }),
    }),
  },
  'x-codeSamples': codeSamples(fileRequest),
  responses: {
    200: { description: 'It is finished: the same was asked for before.', content: described },
    202: {
      description: 'Accepted: it is learned as soon as possible, whatever happens to this server.',
      headers: z.object({ location: z.string(), 'retry-after': z.string() }),
      content: described,
    },
    ...problems(
      'malformed-body',
      'source-refused',
      ...BODY_PROBLEMS,
      'conflict',
      'gone',
      'style-unavailable',
      'training-unavailable',
      'invalid-request',
      'internal',
      'shutting-down',
      'storage-full',
      'tenant-storage-full',
    ),
  },
  body: {
    mediaTypes: STYLIZATION_MEDIA_TYPES,
    maxBytes: ({ MAX_BODY_BYTES }: Config) => MAX_BODY_BYTES,
  },
} as const;

export function trainingRoutes(): Route[] {
  return [
    route(contract, async ({ c, receive, services }) => {
      const preferences = readPreferences(c);
      const id = idOfIdempotencyKey(c) ?? crypto.randomUUID();
      const job = await receive(async (received) => {
        // Where nobody else works on jobs, what cannot be done here is not accepted.
        if (services.config.JOBS_QUEUE_URL === '') await services.trainer.check();
        return submitTraining(c, services, received, preferences, id);
      });
      const headers = { ...NO_STORE, location: `${TRAININGS.path}/${job.request.id}` };
      const description = await describeJob(c, services, job);
      return isFinished(job)
        ? c.json(description, 200, headers)
        : c.json(description, 202, { ...headers, 'retry-after': '1' });
    }),
    ...jobRoutesOf(TRAININGS),
  ];
}
