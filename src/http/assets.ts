/** Files for browsers, as the build wrote them: compressed where that makes them smaller. */

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from 'hono';
import { ProblemError } from '../errors.ts';
import { entityTag, isUnchanged } from './etag.ts';
import { acceptsCoding } from './negotiation.ts';

export const COMPRESSED = '.gz';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Browsers ask whether a file is still the same, and get it only where it is not. */
export async function serveAsset(c: Context, folder: string, name: string): Promise<Response> {
  const mediaType = MEDIA_TYPES[extname(name)];
  if (mediaType === undefined) throw missing(name);
  const compressed = await found(join(folder, `${name}${COMPRESSED}`));
  const bytes = compressed ?? (await found(join(folder, name)));
  if (bytes === undefined) throw missing(name);
  // Weak: compressed or not, it stands for the same.
  const tag = entityTag([bytes]);
  const headers = {
    etag: `W/${tag}`,
    'cache-control': 'public, no-cache',
    vary: 'accept-encoding',
    'content-type': mediaType,
  };
  if (isUnchanged(c.req.header('if-none-match'), tag)) {
    return c.body(null, 304, headers);
  }
  if (compressed && !acceptsCoding(c.req.header('accept-encoding'), 'gzip')) {
    return c.body(new Uint8Array(await promisify(gunzip)(bytes)), 200, headers);
  }
  const encoding = compressed && { 'content-encoding': 'gzip' };
  return c.body(new Uint8Array(bytes), 200, { ...headers, ...encoding });
}

/** The text of a file, as a page is made of it. Throws a `not-found` problem where the build has not written it. */
export async function readAssetText(folder: string, name: string): Promise<string> {
  const compressed = await found(join(folder, `${name}${COMPRESSED}`));
  const bytes = compressed ? await promisify(gunzip)(compressed) : await found(join(folder, name));
  if (bytes === undefined) throw missing(name);
  return bytes.toString();
}

/** What the file system says of names that no file can have, or that are not one. */
const MISSING: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'ENAMETOOLONG',
]);

async function found(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (MISSING.has(error.code)) return undefined;
    throw error;
  });
}

function missing(name: string): ProblemError {
  const detail = `There is no file ${name} for browsers; "npm run build" makes those there are.`;
  return new ProblemError('not-found', detail);
}
