/** The page at `/`, and the files that pages load. */

import { join } from 'node:path';
import type { Context } from 'hono';
import type { SharedServices } from '../../services/services.ts';
import { serveAsset } from '../assets.ts';
import { page, type Route } from '../route.ts';

/** Relative to the build's folder. */
export const ASSETS_FOLDER = 'assets';

/** Only what this server serves; pictures and networks are made in the page, as blobs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Memory that threads share is for pages that keep to themselves. */
const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self)',
};

export function playgroundRoutes({ config }: SharedServices): Route[] {
  const folder = join(config.DIST_DIR, ASSETS_FOLDER);
  return [
    page('/', (c) => withHeaders(c, () => serveAsset(c, folder, 'index.html'))),
    // A worker has its own policies, which it is served with.
    page('/assets/:name{[\\w.-]+}', (c) =>
      withHeaders(c, () => serveAsset(c, folder, c.req.param('name') ?? '')),
    ),
  ];
}

function withHeaders(c: Context, answer: () => Promise<Response>): Promise<Response> {
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  return answer();
}
