/** For callers that take no more than so many bytes at once: what is larger waits in the store. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { SharedServices } from '../services/services.ts';
import { originOf } from './origin.ts';

/** Six megabytes are what Lambda's buffered answers may have, and base64 makes four bytes of three. */
const MAX_BYTES = 4_400_000;

/** The application, with a 303 to a signed URL in place of pictures that are too large. */
export function redirectLarge(
  app: OpenAPIHono,
  { store, config }: SharedServices,
  most = MAX_BYTES,
): Hono {
  return new Hono().all('*', async (c) => {
    const answer = await app.fetch(c.req.raw, c.env as object);
    const mediaType = answer.headers.get('content-type') ?? '';
    if (answer.status !== 200 || !mediaType.startsWith('image/')) return answer;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.byteLength <= most) return new Response(bytes, answer);
    const key = `answers/${crypto.randomUUID()}.${mediaType.slice('image/'.length)}`;
    await store.write(key, bytes, { mediaType });
    const ttlSeconds = config.URL_TTL_SECONDS;
    const location = await store.downloadUrl(key, { ttlSeconds, origin: originOf(c, config) });
    const headers = new Headers(answer.headers);
    for (const name of ['content-type', 'content-length', 'etag']) headers.delete(name);
    headers.set('location', location);
    headers.set('cache-control', 'no-store');
    return new Response(null, { status: 303, headers });
  });
}
