/** Many photographs in one call. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Config } from '../../config/config.ts';
import { invalidField, ProblemError } from '../../errors.ts';
import { sha256Hex } from '../../host/digest.ts';
import { type FormatWish, formatWish } from '../../images/format-wish.ts';
import type { Services } from '../../services/services.ts';
import { imageReference } from '../../sources/image-source.ts';
import type { ReceivedBody } from '../body.ts';
import { callerOf } from '../caller.ts';
import { EXAMPLES } from '../examples.ts';
import { batchSchema } from '../job-schemas.ts';
import { parseJson } from '../json.ts';
import { requestIdOf } from '../observation.ts';
import { BODY_PROBLEMS, problems } from '../openapi.ts';
import { optionFields, requestOptionFields } from '../option-schemas.ts';
import { originOf } from '../origin.ts';
import { idOfIdempotencyKey, readPreferences } from '../preferences.ts';
import { type Route, route } from '../route.ts';
import { imageText } from '../schemas.ts';
import { styleImageFields } from '../style-image.ts';
import { picturedStylizationOf, type StylizationRequest } from '../stylization-request.ts';
import { submit } from '../submission.ts';
import { parseFields } from '../validation.ts';

const MAX_BATCH = 100;

/** Of the batch, or of an image. */
const pictureField = styleImageFields.text;

const item = z.union([imageText, z.looseObject({ image: imageText })]);
/** A list that is too long is refused before its items are looked at. */
const bodySchema = z.looseObject(
  {
    images: z
      .array(z.unknown(), { error: `Expected a list of 1 to ${MAX_BATCH} images for images.` })
      .min(1, { error: 'Expected at least one image for images, got none.' })
      .max(MAX_BATCH, { error: `Expected at most ${MAX_BATCH} images for images.` })
      .pipe(z.array(item)),
  },
  { error: 'Expected a JSON object.' },
);

const described = z.object({
  images: z
    .array(z.union([imageText, z.object({ image: imageText, ...pictureField, ...optionFields })]))
    .min(1)
    .max(MAX_BATCH),
  ...pictureField,
  ...requestOptionFields,
});

const createContract = {
  method: 'post',
  path: '/v1/batches',
  scope: 'paint',
  operationId: 'createBatch',
  tags: ['batches'],
  summary: 'Paint many photographs',
  description:
    'Each image becomes a stylization with the options of the batch and those beside the image. ' +
    'The webhook is told of each of them, and of the batch when all are finished.',
  request: {
    headers: z.object({ 'idempotency-key': z.string().optional() }),
    body: {
      required: true,
      content: { 'application/json': { schema: described, example: EXAMPLES.BatchRequest } },
    },
  },
  responses: {
    202: {
      description: 'Accepted.',
      headers: z.object({ location: z.string() }),
      content: { 'application/json': { schema: batchSchema } },
    },
    ...problems(
      'malformed-body',
      'style-not-found',
      'style-unavailable',
      'prediction-unavailable',
      ...BODY_PROBLEMS,
      'conflict',
      'storage-full',
      'tenant-storage-full',
      'invalid-request',
      'internal',
      'shutting-down',
    ),
  },
  body: {
    mediaTypes: ['application/json'],
    maxBytes: ({ MAX_BODY_BYTES }: Config) => MAX_BODY_BYTES,
  },
} as const;

const showContract = {
  method: 'get',
  path: '/v1/batches/{id}',
  scope: 'jobs',
  operationId: 'getBatch',
  tags: ['batches'],
  summary: 'Describe a batch',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: {
      description: 'The batch and its stylizations.',
      content: { 'application/json': { schema: batchSchema } },
    },
    ...problems('batch-not-found', 'internal', 'shutting-down'),
  },
} as const;

export function batchRoutes(): Route[] {
  return [
    route(createContract, ({ c, receive, services }) => {
      const id = idOfIdempotencyKey(c) ?? `b-${crypto.randomUUID()}`;
      return receive(async (received) => {
        await submitBatch(c, services, id, received);
        const location = `${createContract.path}/${id}`;
        return c.json(await describe(c, services, id), 202, {
          location,
          'cache-control': 'no-store',
        });
      });
    }),
    route(showContract, async ({ c, params, services }) =>
      c.json(await describe(c, services, params.id), 200, { 'cache-control': 'no-store' }),
    ),
  ];
}

async function describe(c: Context, { batches, descriptions, config }: Services, id: string) {
  const { jobs } = await batches.read(id);
  return descriptions.batch(id, jobs, originOf(c, config));
}

/** All of the batch is read and understood before any of it is accepted. */
async function submitBatch(
  c: Context,
  services: Services,
  id: string,
  { bytes: body, signal, deadline, lease }: ReceivedBody,
): Promise<void> {
  const { config, repertoire, batches } = services;
  const { cancelAfterMs } = readPreferences(c);
  const { images, ...shared } = parseFields(bodySchema, parseJson(body));
  const caller = callerOf(c, config);
  const turn = { signal, lease, waiter: { caller, deadline } };
  const requests: StylizationRequest[] = [];
  // One after the other: pictures to paint like may be told here, each once.
  for (const [i, entry] of images.entries()) {
    const { image, ...own } = typeof entry === 'string' ? { image: entry } : entry;
    const fields = { ...shared, ...own };
    requests.push(
      await at(i, () => picturedStylizationOf(imageReference(image), fields, services, turn)),
    );
  }
  await Promise.all(requests.map(({ options }) => repertoire.resolve(options.style)));
  const ids = requests.map((_, i) => `${id}-${i}`);
  const origin = originOf(c, config);
  const webhook = requests.find((request) => request.webhook)?.webhook?.url;
  await batches.create({
    id,
    fingerprint: sha256Hex(body),
    createdAt: new Date().toISOString(),
    jobs: ids,
    origin,
    ...(webhook && { webhook }),
  });
  const asked = { caller, requestId: requestIdOf(c) };
  const place = { origin, cancelAfterMs, batch: id, ...asked };
  await Promise.all(
    requests.map((request, i) =>
      submit({ ...place, id: ids[i]!, request, formats: formatsOf(request) }, services),
    ),
  );
}

/** Pointers of an image's problems lead to that image. */
async function at(
  index: number,
  read: () => Promise<StylizationRequest>,
): Promise<StylizationRequest> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.type !== 'invalid-request') throw error;
    const [first] = error.errors ?? [];
    const pointer = first?.pointer.replace(/^\/image$/, '') ?? '';
    throw invalidField(`/images/${index}${pointer}`, error.message);
  }
}

/** By the rule for single ones: a batch has no Accept that would speak of pictures. */
function formatsOf({ format }: StylizationRequest): FormatWish {
  return format === 'auto' ? formatWish(() => 1) : [format];
}
