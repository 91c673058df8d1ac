/** Where the bytes of a photograph come from when they are named rather than sent. */

import { type ByteBudget, type Lease, NOBODY } from '../concurrency/byte-budget.ts';
import { abandonable, within } from '../concurrency/deadline.ts';
import { invalidField, ProblemError } from '../errors.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { dataUrlBytes } from './data-url.ts';
import { AddressRefusedError, FetchFailedError, type PublicFetch } from './public-fetch.ts';

/** A photograph that a caller gave, or said where to find. */
export type ImageReference =
  | { readonly bytes: Uint8Array }
  | { readonly url: string }
  /** A blob: an upload, or what an earlier request has kept. */
  | { readonly key: string };

export interface ImageSource {
  /**
   * The bytes, which count on the lease as they arrive; without one, until they are there. Rejects
   * with `source-refused`, `source-failed`, `invalid-request` or `slots-full` problems.
   */
  read(image: ImageReference, signal: AbortSignal, lease?: Lease): Promise<Uint8Array>;
}

export interface ImageSourceParts {
  readonly fetch: PublicFetch;
  readonly blobs: BlobStore;
  readonly budget: ByteBudget;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const MAX_REDIRECTS = 5;

const UPLOAD = /^upload:([0-9a-f-]{36})$/;

export function createImageSource(parts: ImageSourceParts): ImageSource {
  const { blobs, budget, maxBytes } = parts;
  return {
    async read(image, signal, lease) {
      if ('bytes' in image) return image.bytes;
      const receive = (own: Lease) =>
        own.receive(signal, (add, ended) =>
          'url' in image
            ? download(image.url, parts, add, ended)
            : stored(image.key, blobs, maxBytes, add),
        );
      return lease ? receive(lease) : budget.lease(NOBODY, receive);
    },
  };
}

async function stored(
  key: string,
  blobs: BlobStore,
  maxBytes: number,
  count: (bytes: number) => void,
): Promise<Uint8Array> {
  const blob = await blobs.read(key);
  if (blob === undefined) {
    throw invalidField('/image', 'Expected a photograph that was uploaded, found none.');
  }
  if (blob.bytes.byteLength > maxBytes) {
    throw invalidField('/image', `Expected at most ${maxBytes} bytes for image, got more.`);
  }
  count(blob.bytes.byteLength);
  return blob.bytes;
}

async function download(
  url: string,
  { fetch, maxBytes, timeoutMs }: ImageSourceParts,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const reason = () => new FetchFailedError(`It was not there within ${timeoutMs} ms.`);
  const limits = { maxBytes, maxRedirects: MAX_REDIRECTS, count };
  try {
    return await within(signal, { timeoutMs, reason }, async (limited) => {
      const request = { method: 'GET', headers: { accept: 'image/*' }, ...limits } as const;
      const fetched = fetch(url, { ...request, signal: limited });
      const { status, bytes } = await abandonable(limited, fetched);
      if (status < 200 || status > 299) throw new FetchFailedError(`It answered ${status}.`);
      if (bytes.byteLength === 0) throw new FetchFailedError('It sent no bytes.');
      return bytes;
    });
  } catch (error) {
    throw asProblem(error);
  }
}

function asProblem(error: unknown): unknown {
  if (error instanceof AddressRefusedError) {
    return sourceProblem('source-refused', error.message, error);
  }
  return error instanceof FetchFailedError
    ? sourceProblem('source-failed', error.message, error)
    : error;
}

export function sourceProblem(
  type: 'source-refused' | 'source-failed',
  detail: string,
  cause?: Error,
): ProblemError {
  return new ProblemError(type, detail, { errors: [{ pointer: '/image', detail }], cause });
}

/** Where an upload lies. */
export function uploadKey(id: string): string {
  return `uploads/${id}`;
}

/** How requests name an upload. */
export function uploadReference(id: string): string {
  return `upload:${id}`;
}

/** Of an address: a job keeps it. */
const MAX_URL_CHARACTERS = 8192;

/**
 * An `image` given as text: a data URL, the address of an image, or an upload. Throws an
 * `invalid-request` problem for anything else.
 */
export function imageReference(given: string): ImageReference {
  const text = given.trim();
  if (/^https?:/i.test(text)) return { url: shortUrl(text) };
  const upload = UPLOAD.exec(text)?.[1];
  if (upload) return { key: uploadKey(upload) };
  if (!/^data:/i.test(text)) {
    const got = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
    throw invalidField(
      '/image',
      `Expected a data URL (data:image/jpeg;base64,…), an http(s) URL or an upload for image, got ${got}.`,
    );
  }
  const bytes = dataUrlBytes(text);
  if (bytes === undefined) {
    const detail = 'Expected a data URL with its comma, and base64 where it says so, for image.';
    throw invalidField('/image', detail);
  }
  if (bytes.byteLength === 0) throw invalidField('/image', 'Expected image bytes, got none.');
  return { bytes };
}

function shortUrl(url: string): string {
  if (url.length <= MAX_URL_CHARACTERS) return url;
  const detail = `Expected a URL of at most ${MAX_URL_CHARACTERS} characters for image, got ${url.length}.`;
  throw invalidField('/image', detail);
}
