/** The page at `/`, and the files that pages load. */

import { join } from 'node:path';
import type { Context } from 'hono';
import { memoized } from '../../concurrency/memoized.ts';
import { ProblemError } from '../../errors.ts';
import type { SharedServices } from '../../services/services.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { readAssetText, serveAsset } from '../assets.ts';
import { entityTag, isUnchanged } from '../etag.ts';
import { originOf } from '../origin.ts';
import { PAINTINGS_PATH, readPaintingUrl, urlKeysOf } from '../painting-url.ts';
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

/** Of the page's address: the path of a signed painting, for a link to that. */
const SHARED_PAINTING = 'painting';

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
  const front = async (c: Context) => {
    const file = await readAssetText(folder, 'index.html');
    const picture = `${originOf(c, config)}${sharedPicture(c, config)}`;
    const text = file.replace(SHARED_PICTURE, inAttribute(picture));
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

/** Whoever has signed the URL of a painting has said that it may be seen; what nobody has signed is not shown. */
function sharedPicture(c: Context, config: SharedServices['config']): string {
  const path = c.req.query(SHARED_PAINTING);
  if (!path?.startsWith(PAINTINGS_PATH)) return SHARED_PICTURE;
  const { pathname, search } = new URL(path, OWN_ORIGIN);
  try {
    readPaintingUrl({ pathname, search }, urlKeysOf(config));
    return pathname;
  } catch (error) {
    if (error instanceof ProblemError) return SHARED_PICTURE;
    throw error;
  }
}

function inAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

/** What its signed URLs would begin with if this service signed them. */
const OWN_ORIGIN = 'http://own.invalid';

/** Where the store's signed URLs lead; undefined where it is this service. */
async function foreignOrigin(store: Pick<BlobStore, 'downloadUrl'>): Promise<string | undefined> {
  const url = await store.downloadUrl('any', { origin: OWN_ORIGIN, ttlSeconds: 1 });
  const { origin } = new URL(url);
  return origin === OWN_ORIGIN ? undefined : origin;
}
