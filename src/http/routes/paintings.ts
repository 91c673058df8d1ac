/** Paintings by signed addresses, as `<img>` and caches ask for them. */

import { z } from '@hono/zod-openapi';
import { OPEN_TENANT } from '../../access/tenants.ts';
import { withDeadline } from '../../concurrency/deadline.ts';
import type { SharedServices } from '../../services/services.ts';
import { PAINTINGS } from '../bodies.ts';
import { cacheStatusHeader } from '../cache-status.ts';
import { answerTimeoutMs } from '../deadline.ts';
import { problems } from '../openapi.ts';
import { answerPainting } from '../painting-answer.ts';
import { urlKeysOf } from '../painting-url.ts';
import { type Route, route } from '../route.ts';

const contract = {
  method: 'get',
  path: '/v1/paintings/{signature}/{settings}/{source}',
  operationId: 'getPainting',
  scope: 'none',
  tags: ['paintings'],
  summary: 'Get the painting of a photograph at an address',
  description:
    'For `<img>` and CDNs: a URL that somebody has signed who has a key. The signature is HMAC-SHA256 of the ' +
    'salt and all that follows the signature in the path. The same URL is painted once.',
  request: {
    params: z.object({
      signature: z.string().openapi({ description: 'In base64url, without padding.' }),
      // Named `options`, it would be in the way of what some generators name so.
      settings: z.string().openapi({
        description:
          'Options of a stylization and `expires` (Unix time in seconds), such as `style=udnie;max_size=640`; `-` for none.',
        example: 'style=udnie;max_size=640',
      }),
      source: z.string().openapi({
        description: 'Address of the photograph in base64url, without padding.',
        example: 'aHR0cHM6Ly9jZG4uZXhhbXBsZS9jYXQuanBn',
      }),
    }),
    headers: z.object({ 'if-none-match': z.string().optional() }),
  },
  responses: {
    200: {
      description: 'The painting.',
      headers: z.object({
        etag: z.string(),
        'cache-control': z.string(),
        'cache-status': cacheStatusHeader,
        'server-timing': z.string(),
        vary: z.string().optional(),
      }),
      content: PAINTINGS,
    },
    304: { description: 'The caller has this painting already.' },
    ...problems(
      'forbidden',
      'style-not-found',
      'style-unavailable',
      'not-acceptable',
      'invalid-request',
      'source-refused',
      'source-failed',
      'unsupported-media-type',
      'image-unreadable',
      'image-too-large',
      'slots-full',
      'deadline-exceeded',
      'storage-full',
      'internal',
      'shutting-down',
    ),
  },
} as const;

/** A signature is nobody's key: what it leads to is painted for everybody. */
export function paintingRoutes(shared: SharedServices): Route[] {
  const { config } = shared;
  const keys = urlKeysOf(config);
  return [
    route(contract, ({ c }) =>
      withDeadline(c.req.raw.signal, answerTimeoutMs(c, config), (signal) =>
        answerPainting(c, shared.of(OPEN_TENANT), keys, signal),
      ),
    ),
  ];
}
