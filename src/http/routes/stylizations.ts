/** Submitting photographs: painted while the caller waits, or as a job. */

import { z } from '@hono/zod-openapi';
import { within } from '../../concurrency/deadline.ts';
import type { Config } from '../../config/config.ts';
import { invalidField, ProblemError } from '../../errors.ts';
import { isId } from '../../jobs/ids.ts';
import {
  codeSamples,
  type FileRequest,
  fileRequestBody,
  IMAGE_MEDIA_TYPES,
  PAINTINGS,
} from '../bodies.ts';
import type { ReceivedBody } from '../body.ts';
import { cacheStatusHeader } from '../cache-status.ts';
import { EXAMPLES } from '../examples.ts';
import { stylizationSchema } from '../job-schemas.ts';
import { BODY_PROBLEMS, problems } from '../openapi.ts';
import { optionsSchema, requestOptionFields } from '../option-schemas.ts';
import { idOfIdempotencyKey, type Preferences, readPreferences } from '../preferences.ts';
import { type Route, route } from '../route.ts';
import { fileSchema, imageText } from '../schemas.ts';
import { styleImageFields } from '../style-image.ts';
import { answerAsJob, answerNow } from '../stylization-answers.ts';
import { STYLIZATION_MEDIA_TYPES } from '../stylization-request.ts';

const PATH = '/v1/stylizations';

const fileRequest: FileRequest = {
  path: PATH,
  field: 'image',
  file: fileSchema,
  text: imageText,
  options: requestOptionFields,
  otherFiles: styleImageFields,
  mediaTypes: IMAGE_MEDIA_TYPES,
  example: {
    fileName: 'photo.jpg',
    outputName: 'painting.jpg',
    texts: {
      address: 'https://images.example/cat.jpg',
      upload: EXAMPLES.Upload.image,
      'data URL': 'data:image/jpeg;base64,/9j/4AAQSkZJRg…',
    },
    options: { style: 'great-wave:0.6,starry-night:0.4', max_size: 1024 },
  },
};

const request = {
  query: optionsSchema.extend(styleImageFields.text),
  body: fileRequestBody(fileRequest),
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
      'cache-status': cacheStatusHeader,
      'server-timing': z.string().optional(),
    }),
    content: { ...PAINTINGS, 'application/json': { schema: stylizationSchema } },
  },
  202: {
    description: 'Accepted: it is painted as soon as possible, whatever happens to this server.',
    headers: z.object({ location: z.string(), 'retry-after': z.string() }),
    content: { 'application/json': { schema: stylizationSchema } },
  },
  ...problems(
    'malformed-body',
    'style-not-found',
    'style-unavailable',
    'prediction-unavailable',
    'not-acceptable',
    ...BODY_PROBLEMS,
    'conflict',
    'canceled',
    'gone',
    'invalid-request',
    'internal',
    'shutting-down',
    'storage-full',
    'tenant-storage-full',
  ),
};

const body = {
  mediaTypes: STYLIZATION_MEDIA_TYPES,
  maxBytes: ({ MAX_BODY_BYTES }: Config) => MAX_BODY_BYTES,
};

const postContract = {
  method: 'post',
  path: PATH,
  scope: 'paint',
  operationId: 'createStylization',
  tags: ['stylizations'],
  summary: 'Turn a photograph into a painting',
  description:
    'Send the photograph as a form, as raw bytes or as JSON with a data URL, an address or an ' +
    'upload. The answer is the painting itself, or a JSON description with its address where the ' +
    'Accept header prefers `application/json`. With `Prefer: respond-async` the answer comes at ' +
    'once and the painting later. An Idempotency-Key makes repeating the request safe. The ' +
    'painting follows from the request alone: a matching If-None-Match is answered with 304 ' +
    'before anything is painted. Instead of a style, `style_image` may bring a picture to paint like.',
  request: {
    ...request,
    headers: z.object({
      ...preferenceHeaders,
      'idempotency-key': z.string().optional(),
      'if-none-match': z.string().optional(),
    }),
  },
  'x-codeSamples': codeSamples(fileRequest),
  responses: { ...responses, 304: { description: 'The caller has this painting already.' } },
  body,
} as const;

const putContract = {
  method: 'put',
  path: `${PATH}/{id}`,
  scope: 'paint',
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
  body,
} as const;

export function stylizationRoutes(): Route[] {
  return [
    route(postContract, ({ c, receive, services }) => {
      const [preferences, key] = [readPreferences(c), idOfIdempotencyKey(c)];
      const { respondAsync, waitMs } = preferences;
      if (key === undefined && !respondAsync && waitMs === undefined) {
        return receive((received) =>
          cancelAfter(received, preferences, (signal) =>
            answerNow(c, services, { ...received, signal }),
          ),
        );
      }
      return answerAsJob(c, services, receive, preferences, key ?? crypto.randomUUID());
    }),
    route(putContract, ({ c, params, receive, services }) => {
      const [preferences, id] = [readPreferences(c), checkedId(params.id)];
      return answerAsJob(c, services, receive, preferences, id);
    }),
  ];
}

/** Throws an `invalid-request` problem. */
export function checkedId(id: string): string {
  if (isId(id)) return id;
  const got = JSON.stringify(id.slice(0, 80));
  throw invalidField(
    '/id',
    `Expected an id of 1 to 64 letters, digits, "-" and "_" that begins with a letter or digit, got ${got}.`,
  );
}

/** As a job would be, the work is canceled after so long. */
function cancelAfter<T>(
  { signal }: ReceivedBody,
  { cancelAfterMs }: Preferences,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (cancelAfterMs === undefined) return work(signal);
  const detail = `It was not finished within ${cancelAfterMs} ms.`;
  const reason = () => new ProblemError('canceled', detail);
  return within(signal, { timeoutMs: cancelAfterMs, reason }, work);
}
