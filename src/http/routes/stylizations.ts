/** Submitting photographs: painted while the caller waits, or as a job. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { invalidField } from '../../errors.ts';
import { MEDIA_TYPES, OUTPUT_FORMATS } from '../../images/formats.ts';
import type { Services } from '../../services.ts';
import { withDeadline } from '../../signals.ts';
import { createSpans } from '../../telemetry.ts';
import { type ByteBudget, createByteBudget, withBody } from '../body.ts';
import { EXAMPLES } from '../examples.ts';
import { stylizationSchema } from '../job-schemas.ts';
import { problems } from '../openapi.ts';
import {
  idOfIdempotencyKey,
  type Preferences,
  readPreferences,
  STYLIZATION_ID,
} from '../preferences.ts';
import { deliveryFields, fileSchema, imageText, optionFields, optionsSchema } from '../schemas.ts';
import { type Arrival, answerAsJob, answerNow, type Read } from '../stylization-answers.ts';
import { bodyReader, readStylizationRequest } from '../stylization-request.ts';

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
