/** Photographs that are sent straight to the store, and blobs that this service hands out itself. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Config } from '../../config/config.ts';
import { ProblemError } from '../../errors.ts';
import { canonicalMediaType, MEDIA_TYPES } from '../../pictures/formats.ts';
import type { Services } from '../../services/services.ts';
import { uploadKey, uploadReference } from '../../sources/image-source.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { writeIfAbsent } from '../../storage/conditional-writes.ts';
import { BLOBS_PATH, type Grant, type UrlSigner } from '../../storage/url-signer.ts';
import { mediaTypeOf, SMALL_JSON_BYTES } from '../body.ts';
import { serveWithBody } from '../contract.ts';
import { EXAMPLES } from '../examples.ts';
import { uploadSchema } from '../job-schemas.ts';
import { parseJson } from '../json.ts';
import { BODY_PROBLEMS, IMAGE_BODIES, problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
import { parseFields } from '../validation.ts';

const tags = ['stylizations'];

const binary = { schema: z.string().openapi({ format: 'binary' }) };

function bodySchema(maxBytes: number) {
  return z.strictObject({
    media_type: z.preprocess(
      (type) => (typeof type === 'string' ? canonicalMediaType(type) : type),
      z.enum(Object.values(MEDIA_TYPES), {
        error: `Expected one of ${Object.values(MEDIA_TYPES).join(', ')} for media_type.`,
      }),
    ),
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
      ...problems(
        'malformed-body',
        'invalid-request',
        ...BODY_PROBLEMS,
        'internal',
        'shutting-down',
      ),
    },
  });
}

const key = z.object({ key: z.string() });

const getBlobRoute = createRoute({
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
});

const putBlob = {
  route: createRoute({
    method: 'put',
    path: `${BLOBS_PATH}/{key}`,
    operationId: 'putBlob',
    tags,
    summary: 'Where a signed URL lets a file be sent',
    request: { params: key, body: { required: true, content: IMAGE_BODIES } },
    responses: {
      200: { description: 'It is kept.' },
      ...problems(
        'forbidden',
        'conflict',
        ...BODY_PROBLEMS,
        'storage-full',
        'internal',
        'shutting-down',
      ),
    },
  }),
  path: `${BLOBS_PATH}/*`,
  body: {
    mediaTypes: ['image/*'],
    maxBytes: ({ MAX_BODY_BYTES }: Config) => MAX_BODY_BYTES,
  },
};

/** By the last part of a key; what browsers are told must not be guessed from the bytes. */
const KEY_MEDIA_TYPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(MEDIA_TYPES)),
  jpg: 'image/jpeg',
};

export function registerUploads(app: OpenAPIHono, services: Services): void {
  const { blobs, config, signer } = services;
  const contract = {
    route: createUploadRoute(config.MAX_BODY_BYTES),
    body: { mediaTypes: ['application/json'], maxBytes: () => SMALL_JSON_BYTES },
  };
  const schema = bodySchema(config.MAX_BODY_BYTES);
  serveWithBody(app, services, contract, (c, receive) =>
    receive(async (body) => {
      const { media_type: mediaType, bytes } = parseFields(schema, parseJson(body.bytes));
      const id = crypto.randomUUID();
      const ttlSeconds = config.URL_TTL_SECONDS;
      const origin = originOf(c, config);
      const upload = await blobs.upload(uploadKey(id), { mediaType, bytes, ttlSeconds, origin });
      const expires = new Date(Date.now() + ttlSeconds * 1000).toISOString();
      return c.json({ image: uploadReference(id), expires_at: expires, ...upload }, 201, {
        'cache-control': 'no-store',
      });
    }),
  );
  if (signer) registerBlobs(app, services, signer);
}

/** What signed URLs lead to, where this service hands them out itself. */
function registerBlobs(app: OpenAPIHono, services: Services, signer: UrlSigner): void {
  const { blobs } = services;
  app.openAPIRegistry.registerPath(getBlobRoute);
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
  const refuse = (detail: string) => new ProblemError('forbidden', detail);
  const grantOf = (c: Context) => {
    const grant = granted('PUT', c.req.url) as Extract<Grant, { method: 'PUT' }>;
    const type = mediaTypeOf(c.req.header('content-type'));
    if (type !== grant.mediaType) throw refuse(`Expected ${grant.mediaType}, got ${type}.`);
    const announced = Number(c.req.header('content-length') ?? grant.bytes);
    if (announced !== grant.bytes) {
      throw refuse(`Expected ${grant.bytes} bytes, got ${announced}.`);
    }
    return grant;
  };
  serveWithBody(
    app,
    services,
    { ...putBlob, admit: (c) => granted('PUT', c.req.url) },
    async (c, receive) => {
      const grant = grantOf(c);
      await receive(async ({ bytes }) => {
        if (bytes.byteLength !== grant.bytes) throw refuse(`Expected ${grant.bytes} bytes.`);
        await keepOnce(blobs, grant.key, bytes, grant.mediaType);
      }, grant.bytes);
      return c.body(null, 200);
    },
  );
}

/** The same file again is fine; a key never changes what it stands for. */
async function keepOnce(
  blobs: BlobStore,
  key: string,
  bytes: Uint8Array,
  mediaType: string,
): Promise<void> {
  if (await writeIfAbsent(blobs, key, bytes, { mediaType })) return;
  const kept = await blobs.read(key);
  if (kept && Buffer.compare(kept.bytes, bytes) === 0) return;
  throw new ProblemError('conflict', 'Another file was uploaded here before.');
}
