/** Styles that are learned from a picture: submitted as jobs, and what becomes of them. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Config } from '../../config/config.ts';
import { isFinished } from '../../jobs/job.ts';
import { styleKind } from '../../jobs/style/kind.ts';
import { LEARNING_OPTIONS } from '../../options/training.ts';
import type { Services } from '../../services/services.ts';
import { codeSamples, type FileRequest, fileRequestBody, IMAGE_MEDIA_TYPES } from '../bodies.ts';
import { EXAMPLES } from '../examples.ts';
import { keepInstantStyle, refinementOf } from '../instant-style-request.ts';
import { describeJob, type JobAddresses, jobRoutesOf, NO_STORE } from '../job-routes.ts';
import { BODY_PROBLEMS, problems } from '../openapi.ts';
import type { DeliveryFields } from '../option-schemas.ts';
import { fromText } from '../option-texts.ts';
import { idOfIdempotencyKey, readPreferences } from '../preferences.ts';
import { type Route, route } from '../route.ts';
import { fileSchema, imageText } from '../schemas.ts';
import { styleSchema, toWireStyle } from '../style-schemas.ts';
import { STYLIZATION_MEDIA_TYPES } from '../stylization-request.ts';
import {
  readStyleWish,
  submitTraining,
  type TrainingWish,
  trainingOptionsOf,
} from '../training-request.ts';
import {
  refinementSchema,
  trainingFields,
  trainingOptionsSchema,
  trainingSchema,
  trainingsSchema,
} from '../training-schemas.ts';
import { parseFields } from '../validation.ts';
import { webhookOf } from '../wishes.ts';

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

const accepted = {
  description: 'Accepted: it is learned as soon as possible, whatever happens to this server.',
  headers: z.object({ location: z.string(), 'retry-after': z.string() }),
  content: described,
};

const TRAINING_PROBLEMS = [
  'malformed-body',
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
] as const;

const jobHeaders = {
  'idempotency-key': z.string().optional(),
  'cancel-after': z
    .string()
    .optional()
    .openapi({ description: 'Give up after so long, such as `90s` or `5m`.' }),
};

const contract = {
  method: 'post',
  path: '/v1/styles',
  scope: 'train',
  operationId: 'createStyle',
  tags: ['styles'],
  summary: 'Make a style of a picture',
  description:
    'Send the picture as a form, as raw bytes or as JSON with a data URL, an address or an upload. The style is told from it at once, ' +
    'and may be refined later. With `refine`, or options of training, it is learned by training, ' +
    'as a job, in a minute or more: the answer comes at once, progress by `GET` or as events. When the job has ' +
    'succeeded, the style is one of yours. An Idempotency-Key makes repeating the request safe. Where nothing tells styles ' +
    'at once, all are learned by training.',
  request: {
    query: trainingOptionsSchema.partial(),
    body: fileRequestBody(fileRequest),
    headers: z.object(jobHeaders),
  },
  'x-codeSamples': codeSamples(fileRequest),
  responses: {
    200: { description: 'It is finished: the same was asked for before.', content: described },
    201: {
      description: 'The style is there: told from the picture at once.',
      headers: z.object({ location: z.string() }),
      content: { 'application/json': { schema: styleSchema } },
    },
    202: accepted,
    ...problems('source-refused', ...TRAINING_PROBLEMS),
  },
  body: {
    mediaTypes: STYLIZATION_MEDIA_TYPES,
    maxBytes: ({ MAX_BODY_BYTES }: Config) => MAX_BODY_BYTES,
  },
} as const;

const refineContract = {
  method: 'post',
  path: '/v1/styles/{id}/refine',
  scope: 'train',
  operationId: 'refineStyle',
  tags: ['styles'],
  summary: 'Train a style that was told at once',
  description:
    'It is learned from the picture that it was told from, as a job. When the job has succeeded, what was learned takes ' +
    'its place; until then it paints as it did.',
  request: {
    params: z.object({ id: z.string().openapi({ example: 'my-waves' }) }),
    query: refinementSchema.partial(),
    headers: z.object(jobHeaders),
  },
  responses: {
    200: contract.responses[200],
    202: accepted,
    ...problems('style-not-found', ...TRAINING_PROBLEMS),
  },
} as const;

export function trainingRoutes(): Route[] {
  return [
    route(contract, ({ c, receive, services }) =>
      receive(async (received) => {
        const wish = await readStyleWish(c, received, services);
        if (!wish.trains && services.predictions.isThere) {
          const style = await keepInstantStyle(c, services, wish, received);
          const headers = { ...NO_STORE, location: `${contract.path}/${style.id}` };
          return c.json(toWireStyle(style, true), 201, headers);
        }
        return answerTraining(c, services, wish);
      }),
    ),
    route(refineContract, async ({ c, params, services }) => {
      const given = [...new URL(c.req.url).searchParams];
      const fields = fromText(given, 'query parameter', LEARNING_OPTIONS);
      const parsed = parseFields(refinementSchema, fields);
      return answerTraining(c, services, {
        ...(await refinementOf(params.id, services)),
        options: trainingOptionsOf(parsed),
        webhook: webhookOf(parsed as DeliveryFields, services),
      });
    }),
    ...jobRoutesOf(TRAININGS),
  ];
}

async function answerTraining(
  c: Context,
  services: Services,
  wish: TrainingWish,
): Promise<Response> {
  // Where nobody else works on jobs, what cannot be done here is not accepted.
  if (services.config.JOBS_QUEUE_URL === '') await services.trainer.check();
  const { cancelAfterMs } = readPreferences(c);
  const id = idOfIdempotencyKey(c) ?? crypto.randomUUID();
  const job = await submitTraining(c, services, wish, id, cancelAfterMs);
  const headers = { ...NO_STORE, location: `${TRAININGS.path}/${job.request.id}` };
  const description = await describeJob(c, services, job);
  return isFinished(job)
    ? c.json(description, 200, headers)
    : c.json(description, 202, { ...headers, 'retry-after': '1' });
}
