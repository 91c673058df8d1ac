/** The page at `/`, and the files that pages load. */

import { join } from 'node:path';
import type { Context } from 'hono';
import { memoized } from '../../concurrency/memoized.ts';
import type { SharedServices } from '../../services/services.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { readAssetText, serveAsset } from '../assets.ts';
import { entityTag, isUnchanged } from '../etag.ts';
import { originOf } from '../origin.ts';
import { linkedPicture, OWN_ORIGIN, SHARED_PAINTING } from '../page-links.ts';
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

/** What those who show a link show beside it, as the page's file has it; they want it with its origin. */
const SHARED_PICTURE = '/assets/share.jpg';

/** Memory that threads share is for pages that keep to themselves. */
const HEADERS = {
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self)',
};

export function playgroundRoutes({ config, store, signer }: SharedServices): Route[] {
  const folder = join(config.DIST_DIR, ASSETS_FOLDER);
  const policy = memoized(async () => contentSecurityPolicy(await foreignOrigin(store)));
  const serve = async (c: Context, name: string) => {
    c.header('content-security-policy', await policy());
    for (const [header, value] of Object.entries(HEADERS)) c.header(header, value);
    return serveAsset(c, folder, name);
  };
  const front = async (c: Context) => {
    const file = await readAssetText(folder, 'index.html');
    const linked = linkedPicture(c.req.query(SHARED_PAINTING), { config, signer });
    const picture = `${originOf(c, config)}${linked ?? SHARED_PICTURE}`;
    const text = file.replace(SHARED_PICTURE, () => inAttribute(picture));
    const tag = entityTag([Buffer.from(text)]);
    for (const [header, value] of Object.entries(HEADERS)) c.header(header, value);
    c.header('content-security-policy', await policy());
    c.header('cache-control', 'public, no-cache');
    c.header('etag', `W/${tag}`);
    return isUnchanged(c.req.header('if-none-match'), tag) ? c.body(null, 304) : c.html(text);
  };
  return [
    page('/', front),
    // A worker has its own policies, which it is served with.
    page('/assets/:name{[\\w.-]+}', (c) => serve(c, c.req.param('name') ?? '')),
  ];
}

function inAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

/** Where the store's signed URLs lead; undefined where it is this service. */
async function foreignOrigin(store: Pick<BlobStore, 'downloadUrl'>): Promise<string | undefined> {
  const url = await store.downloadUrl('any', { origin: OWN_ORIGIN, ttlSeconds: 1 });
  const { origin } = new URL(url);
  return origin === OWN_ORIGIN ? undefined : origin;
}
