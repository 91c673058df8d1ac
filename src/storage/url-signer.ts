/** URLs by which this service itself hands out and takes in blobs, for where there is no S3. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DownloadOptions, Upload, UploadOptions } from './blob-store.ts';

/** What a signed URL allows. */
export type Grant =
  | { readonly method: 'GET'; readonly key: string }
  | {
      readonly method: 'PUT';
      readonly key: string;
      readonly mediaType: string;
      readonly bytes: number;
    };

export interface UrlSigner {
  downloadUrl(key: string, options: DownloadOptions): string;
  upload(key: string, options: UploadOptions): Upload;
  /** What this URL allows; undefined where it was tampered with or its time is over. */
  verify(method: string, url: URL): Grant | undefined;
}

/** Where the service answers such URLs: `<path>/<key>?…`. */
export const BLOBS_PATH = '/v1/blobs';

/** Signs with HMAC-SHA256 under a secret that all instances share. */
export function urlSigner(secret: Uint8Array, now: () => number = Date.now): UrlSigner {
  const signature = (fields: readonly string[]) =>
    createHmac('sha256', secret).update(JSON.stringify(fields)).digest('base64url');
  const signed = (
    method: Grant['method'],
    key: string,
    { origin, ttlSeconds }: DownloadOptions,
    limits: Readonly<Record<string, string>>,
  ): string => {
    const expires = String(Math.floor(now() / 1000) + ttlSeconds);
    const parts = [method, key, expires, ...Object.values(limits)];
    const query = new URLSearchParams({ expires, ...limits, signature: signature(parts) });
    return `${origin}${BLOBS_PATH}/${key}?${query}`;
  };
  return {
    downloadUrl: (key, options) => signed('GET', key, options, {}),
    upload(key, options) {
      const { mediaType, bytes } = options;
      const url = signed('PUT', key, options, { type: mediaType, bytes: String(bytes) });
      return { put: { url, headers: { 'content-type': mediaType } } };
    },
    verify(method, { pathname, searchParams }) {
      const key = pathname.slice(BLOBS_PATH.length + 1);
      const [expires, type, bytes, given] = ['expires', 'type', 'bytes', 'signature'].map(
        (name) => searchParams.get(name) ?? '',
      ) as [string, string, string, string];
      const limits = method === 'PUT' ? [type, bytes] : [];
      const right = Buffer.from(signature([method, key, expires, ...limits]));
      const got = Buffer.from(given);
      const genuine = got.length === right.length && timingSafeEqual(got, right);
      if (!genuine || Number(expires) * 1000 < now()) return undefined;
      if (method === 'GET') return { method, key };
      return method === 'PUT' ? { method, key, mediaType: type, bytes: Number(bytes) } : undefined;
    },
  };
}
