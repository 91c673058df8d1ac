/** Photographs that are sent straight to the store, and blobs that this service hands out itself. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Config } from '../../config/config.ts';
import { ProblemError } from '../../errors.ts';
import { canonicalMediaType, MEDIA_TYPES } from '../../pictures/formats.ts';
import type { SharedServices } from '../../services/services.ts';
import { uploadKey, uploadReference } from '../../sources/image-source.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { writeIfAbsent } from '../../storage/conditional-writes.ts';
import { BLOBS_PATH, type Grant, type UrlSigner } from '../../storage/url-signer.ts';
import { VIDEO_MEDIA_TYPES } from '../../video/container.ts';
import { ANY_BYTES, UPLOAD_BODIES } from '../bodies.ts';
import { mediaTypeOf, SMALL_JSON_BYTES } from '../body.ts';
import { EXAMPLES } from '../examples.ts';
import { uploadSchema } from '../job-schemas.ts';
import { parseJson } from '../json.ts';
import { BODY_PROBLEMS, BY_SIGNED_URL, problems } from '../openapi.ts';
import { originOf } from '../origin.ts';
import { rangeOf } from '../range.ts';
import { type Route, route } from '../route.ts';
import { parseFields } from '../validation.ts';

const tags = ['uploads'] as const;

const TYPES = [...Object.values(MEDIA_TYPES), ...VIDEO_MEDIA_TYPES];

function bodySchema(config: Config) {
  return z
    .strictObject({
      media_type: z.preprocess(
        (type) => (typeof type === 'string' ? canonicalMediaType(type) : type),
        z.enum(TYPES, { error: `Expected one of ${TYPES.join(', ')} for media_type.` }),
      ),
      bytes: z.int({ error: 'Expected the size of the file for bytes.' }).min(1),
    })
    .superRefine(({ media_type: type, bytes }, context) => {
      const most = mostBytes(type, config);
      if (bytes <= most) return;
      const message = `Expected at most ${most} for bytes.`;
      context.addIssue({ code: 'custom', path: ['bytes'], message });
    });
}

function mostBytes(type: string, { MAX_BODY_BYTES, MAX_VIDEO_BYTES }: Config): number {
  return type.startsWith('video/') ? MAX_VIDEO_BYTES : MAX_BODY_BYTES;
}

function createContract(config: Config) {
  return {
    method: 'post',
    path: '/v1/uploads',
    scope: 'paint',
    operationId: 'createUpload',
    tags,
    summary: 'Prepare an upload',
    description:
      'For photographs and videos that should not pass through here: send the file to `put.url` with its ' +
      'headers, or as the form, then give `image` in a stylization or a video. The store takes a file of this ' +
      'type and size and no other.',
    request: {
      body: {
        required: true,
        content: {
          'application/json': { schema: bodySchema(config), example: EXAMPLES.UploadRequest },
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
        'tenant-storage-full',
        'internal',
        'shutting-down',
      ),
    },
    body: { mediaTypes: ['application/json'], maxBytes: () => SMALL_JSON_BYTES },
  } as const;
}

const key = z.object({ key: z.string() });

const getContract = {
  method: 'get',
  path: `${BLOBS_PATH}/{key}`,
  scope: 'none',
  operationId: 'getBlob',
  security: BY_SIGNED_URL,
  tags,
  summary: 'Fetch what a signed URL leads to',
  description:
    'Paintings, previews and videos, where this service keeps them itself. A Range is answered in part.',
  request: { params: key },
  responses: {
    200: { description: 'The bytes.', content: ANY_BYTES },
    206: { description: 'Those of them that a Range asked for.' },
    416: { description: 'There are none in that range.' },
    ...problems('forbidden', 'not-found', 'internal', 'shutting-down'),
  },
  servedAt: `${BLOBS_PATH}/*`,
} as const;

const putContract = {
  method: 'put',
  path: `${BLOBS_PATH}/{key}`,
  scope: 'none',
  operationId: 'putBlob',
  security: BY_SIGNED_URL,
  tags,
  summary: 'Send a file to a signed URL',
  description:
    'The file of an upload, as it was announced; the same file may be sent again, and no other.',
  request: { params: key, body: { required: true, content: UPLOAD_BODIES } },
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
  servedAt: `${BLOBS_PATH}/*`,
  body: {
    mediaTypes: ['image/*', 'video/*'],
    maxBytes: ({ MAX_BODY_BYTES, MAX_VIDEO_BYTES }: Config) =>
      Math.max(MAX_BODY_BYTES, MAX_VIDEO_BYTES),
  },
} as const;

/** By the last part of a key; what browsers are told must not be guessed from the bytes. */
const KEY_MEDIA_TYPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(MEDIA_TYPES)),
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

export function uploadRoutes({ store, config, signer }: SharedServices): Route[] {
  const schema = bodySchema(config);
  const create = route(createContract(config), ({ c, receive, services: { blobs } }) =>
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
  return signer ? [create, ...blobRoutes(store, signer)] : [create];
}

/** The whole, or the part that was asked for. */
function answerRange(
  c: Context,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): Response {
  const length = bytes.byteLength;
  const range = rangeOf(c.req.header('range'), length);
  if (range === undefined) return c.body(bytes, 200, headers);
  if (range === 'unsatisfiable') {
    return c.body(null, 416, { 'content-range': `bytes */${length}` });
  }
  const { begin, end } = range;
  const told = { ...headers, 'content-range': `bytes ${begin}-${end - 1}/${length}` };
  return c.body(bytes.subarray(begin, end), 206, told);
}

type PutGrant = Extract<Grant, { method: 'PUT' }>;

const refused = (detail: string) => new ProblemError('forbidden', detail);

/** What signed URLs lead to, where this service hands them out itself. */
function blobRoutes(blobs: BlobStore, signer: UrlSigner): Route[] {
  const granted = (method: Grant['method'], url: string): Grant => {
    const grant = signer.verify(method, new URL(url));
    if (grant) return grant;
    throw refused('The signature of this URL is wrong, or its time is over.');
  };
  const admit = (c: Context) => granted('PUT', c.req.url) as PutGrant;
  return [
    route(getContract, async ({ c }) => {
      const grant = granted('GET', c.req.url);
      const blob = await blobs.read(grant.key);
      if (blob === undefined) throw new ProblemError('not-found', 'This is no longer kept.');
      const extension = grant.key.split('.').at(-1) ?? '';
      const headers = {
        'content-type': KEY_MEDIA_TYPES[extension] ?? 'application/octet-stream',
        'cache-control': 'private, max-age=300',
        'accept-ranges': 'bytes',
      };
      return answerRange(c, blob.bytes, headers);
    }),
    route({ ...putContract, admit }, async ({ c, admitted: grant, receive }) => {
      checkGranted(c, grant);
      await receive(async ({ bytes }) => {
        if (bytes.byteLength !== grant.bytes) throw refused(`Expected ${grant.bytes} bytes.`);
        await keepOnce(blobs, grant.key, bytes, grant.mediaType);
      }, grant.bytes);
      return c.body(null, 200);
    }),
  ];
}

/** Throws a `forbidden` problem for a file of another type or size. */
function checkGranted(c: Context, { mediaType, bytes }: PutGrant): void {
  const type = mediaTypeOf(c.req.header('content-type'));
  if (type !== mediaType) throw refused(`Expected ${mediaType}, got ${type}.`);
  const announced = Number(c.req.header('content-length') ?? bytes);
  if (announced !== bytes) throw refused(`Expected ${bytes} bytes, got ${announced}.`);
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
