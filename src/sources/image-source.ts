/** Where the bytes of a photograph come from when they are named rather than sent. */

import { type ByteBudget, type Lease, NOBODY } from '../concurrency/byte-budget.ts';
import { invalidField } from '../errors.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { dataUrlBytes } from './data-url.ts';
import { type DownloadParts, download } from './download.ts';

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

export interface ImageSourceParts extends DownloadParts {
  readonly blobs: BlobStore;
  readonly budget: ByteBudget;
  /** As requests call it: an image where absent. */
  readonly field?: 'video';
}

const UPLOAD = /^upload:([0-9a-f-]{36})$/;

export function createImageSource(parts: ImageSourceParts): ImageSource {
  const { blobs, budget, maxBytes, field = 'image' } = parts;
  return {
    async read(image, signal, lease) {
      if ('bytes' in image) return image.bytes;
      const receive = async (own: Lease) =>
        'url' in image
          ? (await download(image.url, parts, signal, own)).bytes
          : own.receive(signal, (add) => stored(image.key, field, blobs, maxBytes, add));
      return lease ? receive(lease) : budget.lease(NOBODY, receive);
    },
  };
}

async function stored(
  key: string,
  field: string,
  blobs: BlobStore,
  maxBytes: number,
  count: (bytes: number) => void,
): Promise<Uint8Array> {
  const blob = await blobs.read(key);
  if (blob === undefined) {
    throw invalidField(
      `/${field}`,
      `Expected ${field} to be a file that was uploaded, found none.`,
    );
  }
  if (blob.bytes.byteLength > maxBytes) {
    throw invalidField(`/${field}`, `Expected at most ${maxBytes} bytes for ${field}, got more.`);
  }
  count(blob.bytes.byteLength);
  return blob.bytes;
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
export function imageReference(given: string, field = 'image'): ImageReference {
  const text = given.trim();
  if (/^https?:/i.test(text)) return { url: shortUrl(text, field) };
  const upload = UPLOAD.exec(text)?.[1];
  if (upload) return { key: uploadKey(upload) };
  if (!/^data:/i.test(text)) {
    const got = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
    const example = field === 'image' ? 'data:image/jpeg;base64,…' : 'data:video/mp4;base64,…';
    throw invalidField(
      `/${field}`,
      `Expected a data URL (${example}), an http(s) URL or an upload for ${field}, got ${got}.`,
    );
  }
  const bytes = dataUrlBytes(text);
  if (bytes === undefined) {
    const detail = `Expected a data URL with its comma, and base64 where it says so, for ${field}.`;
    throw invalidField(`/${field}`, detail);
  }
  if (bytes.byteLength === 0) {
    throw invalidField(`/${field}`, `Expected ${field} bytes, got none.`);
  }
  return { bytes };
}

function shortUrl(url: string, field: string): string {
  if (url.length <= MAX_URL_CHARACTERS) return url;
  const detail = `Expected a URL of at most ${MAX_URL_CHARACTERS} characters for ${field}, got ${url.length}.`;
  throw invalidField(`/${field}`, detail);
}
