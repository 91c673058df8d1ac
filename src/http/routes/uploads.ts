/** Photographs that are sent straight to the store, and blobs that this service hands out itself. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ProblemError } from '../../errors.ts';
import { MEDIA_TYPES } from '../../images/formats.ts';
import type { Services } from '../../services.ts';
import { withDeadline } from '../../signals.ts';
import { uploadKey, uploadReference } from '../../sources/image-source.ts';
import { BLOBS_PATH, type Grant } from '../../storage/url-signer.ts';
import { createByteBudget, withBody } from '../body.ts';
import { EXAMPLES } from '../examples.ts';
import { uploadSchema } from '../job-schemas.ts';
import { problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
import { parseFields } from '../schemas.ts';

const tags = ['stylizations'];

const binary = { schema: z.string().openapi({ format: 'binary' }) };

function bodySchema(maxBytes: number) {
  return z.strictObject({
    media_type: z.enum(Object.values(MEDIA_TYPES), {
      error: `Expected one of ${Object.values(MEDIA_TYPES).join(', ')} for media_type.`,
    }),
    bytes: z
      .int({ error: 'Expected the size of the file for bytes.' })
      .min(1)
      .max(maxBytes, { error: `Expected at most ${maxBytes} for bytes.` }),
  });
}

function createUploadRoute(maxBytes: number) {
  return createRoute({
    method: 'post',
    path: '/v1/uploads',
    operationId: 'createUpload',
    tags,
    summary: 'Prepare an upload',
    description:
      'For photographs that should not pass through here: send the file to `put.url` with its ' +
      'headers, or as the form, then give `image` in a stylization. The store takes a file of this ' +
      'type and size and no other.',
    request: {
      body: {
        required: true,
        content: {
          'application/json': { schema: bodySchema(maxBytes), example: EXAMPLES.UploadRequest },
        },
      },
    },
    responses: {
      201: {
        description: 'Where to send the file.',
        content: { 'application/json': { schema: uploadSchema } },
      },
      ...problems('malformed-body', 'invalid-request', 'internal', 'shutting-down'),
    },
  });
}

const key = z.object({ key: z.string() });

const blobRoutes = [
  createRoute({
    method: 'get',
    path: `${BLOBS_PATH}/{key}`,
    operationId: 'getBlob',
    tags,
    summary: 'What a signed URL leads to',
    request: { params: key },
    responses: {
      200: { description: 'The bytes.', content: { 'application/octet-stream': binary } },
      ...problems('forbidden', 'not-found', 'internal', 'shutting-down'),
    },
  }),
  createRoute({
    method: 'put',
    path: `${BLOBS_PATH}/{key}`,
    operationId: 'putBlob',
    tags,
    summary: 'Where a signed URL lets a file be sent',
    request: {
      params: key,
      body: { required: true, content: { 'application/octet-stream': binary } },
    },
    responses: {
      200: { description: 'It is kept.' },
      ...problems('forbidden', 'payload-too-large', 'internal', 'slots-full', 'shutting-down'),
    },
  }),
];

/** By the last part of a key; what browsers are told must not be guessed from the bytes. */
const KEY_MEDIA_TYPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(MEDIA_TYPES)),
  jpg: 'image/jpeg',
};

export function registerUploads(app: OpenAPIHono, services: Services): void {
  const { blobs, config, signer } = services;
  const uploadRoute = createUploadRoute(config.MAX_BODY_BYTES);
  app.openAPIRegistry.registerPath(uploadRoute);
  app.post('/v1/uploads', async (c) => {
    const body: unknown = await c.req.json().catch((cause: unknown) => {
      throw new ProblemError('malformed-body', 'Expected a JSON object.', { cause });
    });
    const { media_type: mediaType, bytes } = parseFields(bodySchema(config.MAX_BODY_BYTES), body);
    const id = crypto.randomUUID();
    const ttlSeconds = config.URL_TTL_SECONDS;
    const origin = originOf(c, config);
    const upload = await blobs.upload(uploadKey(id), { mediaType, bytes, ttlSeconds, origin });
    const expires = new Date(Date.now() + ttlSeconds * 1000).toISOString();
    return c.json({ image: uploadReference(id), expires_at: expires, ...upload }, 201, {
      'cache-control': 'no-store',
    });
  });
  if (signer === undefined) return;

  for (const route of blobRoutes) app.openAPIRegistry.registerPath(route);
  const budget = createByteBudget(config.BODY_BUDGET_BYTES);
  const granted = (method: Grant['method'], url: string): Grant => {
    const grant = signer.verify(method, new URL(url));
    if (grant) return grant;
    throw new ProblemError('forbidden', 'The signature of this URL is wrong, or its time is over.');
  };
  app.get(`${BLOBS_PATH}/*`, async (c) => {
    const grant = granted('GET', c.req.url);
    const blob = await blobs.read(grant.key);
    if (blob === undefined) throw new ProblemError('not-found', 'This is no longer kept.');
    const extension = grant.key.split('.').at(-1) ?? '';
    return c.body(blob.bytes, 200, {
      'content-type': KEY_MEDIA_TYPES[extension] ?? 'application/octet-stream',
      'cache-control': 'private, max-age=300',
    });
  });
  app.put(`${BLOBS_PATH}/*`, async (c) => {
    const grant = granted('PUT', c.req.url) as Extract<Grant, { method: 'PUT' }>;
    const refuse = (detail: string) => new ProblemError('forbidden', detail);
    const type = c.req.header('content-type');
    if (type !== grant.mediaType) throw refuse(`Expected ${grant.mediaType}, got ${type}.`);
    const announced = Number(c.req.header('content-length') ?? grant.bytes);
    if (announced !== grant.bytes) {
      throw refuse(`Expected ${grant.bytes} bytes, got ${announced}.`);
    }
    const limits = { maxBytes: grant.bytes, timeoutMs: config.BODY_TIMEOUT_MS };
    await withDeadline(c.req.raw.signal, config.REQUEST_TIMEOUT_MS, (signal) =>
      withBody(c.req.raw, limits, budget, signal, async (body) => {
        if (body.byteLength !== grant.bytes) throw refuse(`Expected ${grant.bytes} bytes.`);
        await blobs.write(grant.key, body, { mediaType: grant.mediaType });
      }),
    );
    return c.body(null, 200);
  });
}
