/** Files from the web, kept in a cache: resumed where they broke off, checked before they are used. */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A download that did not work; the message says why and what to do. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

export interface DownloadOptions {
  readonly cacheDir: string;
  /** Digest that the file must have, such as `sha256:9f86d0…`. */
  readonly digest?: string | undefined;
  /** Called as bytes arrive; the total is undefined where the server does not tell it. */
  readonly onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
}

/**
 * The path of the file in the cache, after fetching what is missing of it. A download that breaks
 * off leaves its beginning for the next one. Throws a {@link DownloadError}; a file of the wrong
 * size or digest is thrown away.
 */
export async function download(url: string, options: DownloadOptions): Promise<string> {
  const path = cachePath(url, options.cacheDir);
  if ((await sizeOf(path)) === undefined) await fetchInto(path, url, options);
  if (options.digest !== undefined) await checkDigest(path, url, options.digest);
  return path;
}

/** One folder per place on the web, so that a model's files stay beside each other. */
function cachePath(url: string, cacheDir: string): string {
  const { origin, pathname } = new URL(url);
  const place = createHash('sha256')
    .update(origin + dirname(pathname))
    .digest('hex')
    .slice(0, 16);
  return join(cacheDir, place, basename(pathname));
}

async function fetchInto(path: string, url: string, options: DownloadOptions): Promise<void> {
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  const have = (await sizeOf(part)) ?? 0;
  const response = await request(url, have);
  const resumed = response.status === 206;
  const total = totalBytes(response);
  let received = resumed ? have : 0;
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
  body.on('data', (chunk: Uint8Array) => {
    received += chunk.byteLength;
    options.onProgress?.(received, total);
  });
  try {
    await pipeline(body, createWriteStream(part, { flags: resumed ? 'a' : 'w' }));
  } catch (cause) {
    const message = `${url} broke off after ${received} bytes; run again to go on from there.`;
    throw new DownloadError(message, { cause });
  }
  if (total !== undefined && received !== total) {
    await rm(part);
    throw new DownloadError(`Expected ${total} bytes from ${url}, got ${received}.`);
  }
  await rename(part, path);
}

async function request(url: string, have: number): Promise<Response> {
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  let response: Response;
  try {
    response = await fetch(url, { headers });
  } catch (cause) {
    throw new DownloadError(`${url} could not be reached.`, { cause });
  }
  // The server holds no more than what is here already, or no longer the same file: start anew.
  if (response.status === 416 && have > 0) return request(url, 0);
  if (response.ok && response.body !== null) return response;
  throw new DownloadError(`Expected a file at ${url}, the answer was ${response.status}.`);
}

/** Of the whole file, also where only the rest of it is answered (RFC 9110, 14.4). */
function totalBytes({ status, headers }: Response): number | undefined {
  const range = headers.get('content-range')?.match(/\/(\d+)$/)?.[1];
  const text = status === 206 ? range : headers.get('content-length');
  // A content length counts compressed bytes, which are not the ones that arrive here.
  if (text === null || text === undefined || headers.has('content-encoding')) return undefined;
  return Number(text);
}

async function checkDigest(path: string, url: string, digest: string): Promise<void> {
  const [algorithm = '', expected = ''] = digest.split(':');
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found === expected.toLowerCase()) return;
  await rm(path);
  throw new DownloadError(`Expected ${url} to have the digest ${digest}, found ${found}.`);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
