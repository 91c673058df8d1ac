/** The page at `/`, and the files that pages load. */

import { join } from 'node:path';
import type { Context } from 'hono';
import { memoized } from '../../concurrency/memoized.ts';
import type { SharedServices } from '../../services/services.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { serveAsset } from '../assets.ts';
import { page, type Route } from '../route.ts';

/** Relative to the build's folder. */
export const ASSETS_FOLDER = 'assets';

/**
 * Only what this server serves, and what is kept in a store that callers reach by an address of its own; pictures
 * and networks are made in the page, as blobs.
 */
function contentSecurityPolicy(storeOrigin: string | undefined): string {
  const kept = ["'self'", 'blob:', ...(storeOrigin ? [storeOrigin] : [])].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self'",
    `img-src ${kept} data:`,
    `media-src ${kept}`,
    `connect-src ${kept}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Memory that threads share is for pages that keep to themselves. */
const HEADERS = {
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self)',
};

export function playgroundRoutes({ config, store }: SharedServices): Route[] {
  const folder = join(config.DIST_DIR, ASSETS_FOLDER);
  const policy = memoized(async () => contentSecurityPolicy(await foreignOrigin(store)));
  const serve = async (c: Context, name: string) => {
    c.header('content-security-policy', await policy());
    for (const [header, value] of Object.entries(HEADERS)) c.header(header, value);
    return serveAsset(c, folder, name);
  };
  return [
    page('/', (c) => serve(c, 'index.html')),
    // A worker has its own policies, which it is served with.
    page('/assets/:name{[\\w.-]+}', (c) => serve(c, c.req.param('name') ?? '')),
  ];
}

/** What its signed URLs would begin with if this service signed them. */
const OWN_ORIGIN = 'http://own.invalid';

/** Where the store's signed URLs lead; undefined where it is this service. */
async function foreignOrigin(store: Pick<BlobStore, 'downloadUrl'>): Promise<string | undefined> {
  const url = await store.downloadUrl('any', { origin: OWN_ORIGIN, ttlSeconds: 1 });
  const { origin } = new URL(url);
  return origin === OWN_ORIGIN ? undefined : origin;
}
