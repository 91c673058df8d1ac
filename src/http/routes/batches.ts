/** Many photographs in one call. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { invalidField, ProblemError } from '../../errors.ts';
import { outputPreference } from '../../images/formats.ts';
import { batchResource } from '../../jobs/resource.ts';
import type { Services } from '../../services.ts';
import { withDeadline } from '../../signals.ts';
import { imageReference } from '../../sources/image-source.ts';
import { createByteBudget, withBody } from '../body.ts';
import { EXAMPLES } from '../examples.ts';
import { batchSchema } from '../job-schemas.ts';
import { problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
import { idOfIdempotencyKey, readPreferences } from '../preferences.ts';
import { deliveryFields, imageText, optionFields, parseFields } from '../schemas.ts';
import { parseJson, type StylizationRequest, stylizationOf } from '../stylization-request.ts';
import { fingerprint, submit } from '../submission.ts';

const LARGEST_BATCH = 100;

const fields = { ...optionFields, ...deliveryFields };
const item = z.union([imageText, z.looseObject({ image: imageText })]);
const bodySchema = z.looseObject(
  {
    images: z
      .array(item, { error: `Expected a list of 1 to ${LARGEST_BATCH} images for images.` })
      .min(1, { error: 'Expected at least one image for images, got none.' })
      .max(LARGEST_BATCH, { error: `Expected at most ${LARGEST_BATCH} images for images.` }),
  },
  { error: 'Expected a JSON object.' },
);

const described = z.object({
  images: z
    .array(z.union([imageText, z.object({ image: imageText, ...optionFields })]))
    .min(1)
    .max(LARGEST_BATCH),
  ...fields,
});

const createBatchRoute = createRoute({
  method: 'post',
  path: '/v1/batches',
  operationId: 'createBatch',
  tags: ['stylizations'],
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
      'request-timeout',
      'conflict',
      'payload-too-large',
      'unsupported-media-type',
      'invalid-request',
      'internal',
      'slots-full',
      'shutting-down',
      'deadline-exceeded',
    ),
  },
});

const showBatchRoute = createRoute({
  method: 'get',
  path: '/v1/batches/{id}',
  operationId: 'getBatch',
  tags: ['stylizations'],
  summary: 'Describe a batch',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: {
      description: 'The batch and its stylizations.',
      content: { 'application/json': { schema: batchSchema } },
    },
    ...problems('batch-not-found', 'internal', 'shutting-down'),
  },
});

export function registerBatches(app: OpenAPIHono, services: Services): void {
  const { config, batches } = services;
  for (const route of [createBatchRoute, showBatchRoute]) app.openAPIRegistry.registerPath(route);
  const budget = createByteBudget(config.BODY_BUDGET_BYTES);
  const describe = async (c: Context, id: string) => {
    const { blobs } = services;
    const { jobs } = await batches.read(id);
    const addresses = { blobs, origin: originOf(c, config), urlTtlSeconds: config.URL_TTL_SECONDS };
    return batchResource(id, jobs, addresses);
  };

  app.post('/v1/batches', (c) => {
    const limits = { maxBytes: config.MAX_BODY_BYTES, timeoutMs: config.BODY_TIMEOUT_MS };
    const id = idOfIdempotencyKey(c) ?? `b-${crypto.randomUUID()}`;
    const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim();
    if (type !== 'application/json') {
      const detail = `Expected a body of application/json, got ${type || 'no content-type'}.`;
      throw new ProblemError('unsupported-media-type', detail);
    }
    return withDeadline(c.req.raw.signal, config.REQUEST_TIMEOUT_MS, (signal) =>
      withBody(c.req.raw, limits, budget, signal, async (body) => {
        await submitBatch(c, services, id, body);
        const location = `/v1/batches/${id}`;
        return c.json(await describe(c, id), 202, { location, 'cache-control': 'no-store' });
      }),
    );
  });
  app.get('/v1/batches/:id', async (c) =>
    c.json(await describe(c, c.req.param('id')), 200, { 'cache-control': 'no-store' }),
  );
}

/** All of the batch is read and understood before any of it is accepted. */
async function submitBatch(
  c: Context,
  services: Services,
  id: string,
  body: Uint8Array,
): Promise<void> {
  const { config, catalogue, batches } = services;
  const { cancelAfterMs } = readPreferences(c);
  const { images, ...shared } = parseFields(bodySchema, parseJson(body));
  const requests = images.map((entry, i) => {
    const { image, ...own } = typeof entry === 'string' ? { image: entry } : entry;
    return at(i, () => {
      const all = { ...shared, ...own };
      const request = stylizationOf(imageReference(image), all, services.defaultMix);
      catalogue.resolve(request.options.mix);
      return request;
    });
  });
  const ids = requests.map((_, i) => `${id}-${i}`);
  const origin = originOf(c, config);
  const webhook = requests.find((request) => request.webhook)?.webhook?.url;
  await batches.create({
    id,
    fingerprint: fingerprint(body),
    createdAt: new Date().toISOString(),
    jobs: ids,
    origin,
    ...(webhook && { webhook }),
  });
  const place = { origin, cancelAfterMs, batch: id };
  await Promise.all(
    requests.map((request, i) =>
      submit({ ...place, id: ids[i]!, request, formats: formatsOf(request) }, services),
    ),
  );
}

/** Pointers of an image's problems lead to that image. */
function at(index: number, read: () => StylizationRequest): StylizationRequest {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.type !== 'invalid-request') throw error;
    const [first] = error.errors ?? [];
    const pointer = first?.pointer.replace(/^\/image$/, '') ?? '';
    throw invalidField(`/images/${index}${pointer}`, error.message);
  }
}

function formatsOf({ format }: StylizationRequest) {
  return format === 'auto' ? outputPreference('jpeg', () => 1) : [format];
}
