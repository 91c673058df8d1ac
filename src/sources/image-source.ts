/** Where the bytes of a photograph come from when they are named rather than sent. */

import { invalidField, ProblemError } from '../errors.ts';
import { abandonable } from '../signals.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { AddressRefusedError, FetchFailedError, type PublicFetch } from './public-fetch.ts';

/** A photograph that a caller gave, or said where to find. */
export type ImageReference =
  | { readonly bytes: Uint8Array }
  | { readonly url: string }
  /** A blob: an upload, or what an earlier request has kept. */
  | { readonly key: string };

export interface ImageSource {
  /** Rejects with `source-refused`, `source-failed` or `invalid-request` problems. */
  read(image: ImageReference, signal: AbortSignal): Promise<Uint8Array>;
}

export interface ImageSourceParts {
  readonly fetch: PublicFetch;
  readonly blobs: BlobStore;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const MOST_REDIRECTS = 5;

const DATA_URL = /^data:([a-z0-9.+/-]*)(;[^,]*)?,/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const UPLOAD = /^upload:([0-9a-f-]{36})$/;

export function createImageSource(parts: ImageSourceParts): ImageSource {
  const { blobs, maxBytes, timeoutMs } = parts;
  return {
    async read(image, signal) {
      if ('bytes' in image) return image.bytes;
      if ('url' in image) return download(image.url, parts, signal);
      const blob = await blobs.read(image.key);
      if (blob === undefined) {
        throw invalidField('/image', 'Expected a photograph that was uploaded, found none.');
      }
      if (blob.bytes.byteLength <= maxBytes) return blob.bytes;
      throw invalidField('/image', `Expected at most ${maxBytes} bytes for image, got more.`);
    },
  };

  async function download(
    url: string,
    { fetch }: ImageSourceParts,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const limit = new AbortController();
    const tooSlow = new FetchFailedError(`It was not there within ${timeoutMs} ms.`);
    const timer = setTimeout(() => limit.abort(tooSlow), timeoutMs);
    const headers = { accept: 'image/*' };
    const request = { method: 'GET', headers, maxBytes, maxRedirects: MOST_REDIRECTS } as const;
    try {
      const fetched = fetch(url, { ...request, signal: limit.signal });
      const { status, bytes } = await abandonable(signal, fetched);
      if (status < 200 || status > 299) throw new FetchFailedError(`It answered ${status}.`);
      if (bytes.byteLength === 0) throw new FetchFailedError('It sent no bytes.');
      return bytes;
    } catch (error) {
      throw asProblem(error);
    } finally {
      clearTimeout(timer);
      limit.abort(tooSlow);
    }
  }
}

function asProblem(error: unknown): unknown {
  if (error instanceof AddressRefusedError) return problem('source-refused', error);
  return error instanceof FetchFailedError ? problem('source-failed', error) : error;
}

function problem(type: 'source-refused' | 'source-failed', cause: Error): ProblemError {
  const detail = cause.message;
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

/**
 * An `image` given as text: a base64 data URL, the address of an image, or an upload. Throws an
 * `invalid-request` problem for anything else.
 */
export function imageReference(text: string): ImageReference {
  if (/^https?:/i.test(text)) return { url: text };
  const upload = UPLOAD.exec(text)?.[1];
  if (upload) return { key: uploadKey(upload) };
  const match = DATA_URL.exec(text);
  if (match === null) {
    const got = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
    throw invalidField(
      '/image',
      `Expected a data URL (data:image/jpeg;base64,…), an http(s) URL or an upload for image, got ${got}.`,
    );
  }
  const payload = text.slice(match[0].length);
  if (!match[2]?.toLowerCase().endsWith(';base64') || !BASE64.test(payload)) {
    throw invalidField(
      '/image',
      'Expected base64 data in the data URL for image, got something else.',
    );
  }
  const bytes = Buffer.from(payload, 'base64');
  if (bytes.byteLength === 0) throw invalidField('/image', 'Expected image bytes, got none.');
  return { bytes };
}
