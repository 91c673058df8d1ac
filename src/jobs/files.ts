/** Files of jobs: what they are given, and what comes of them. */

import { z } from 'zod';
import { jobFolder } from './ids.ts';
import type { Addresses } from './kind.ts';

/** What is given: a blob of ours, or an address to fetch. */
export const sourceSchema = z.union([z.object({ key: z.string() }), z.object({ url: z.string() })]);
export type JobSource = z.infer<typeof sourceSchema>;

/** Where a file that is given lies; its content is part of the key, so twins do not disagree. */
export function inputKey(id: string, digest: string): string {
  return `${jobFolder(id)}input-${digest}`;
}

/** Keys of blobs that are kept for this source alone. */
export function keysOf(source: JobSource): readonly string[] {
  return 'key' in source ? [source.key] : [];
}

/** Where a picture of work that is under way is kept. */
export function previewKey(id: string): string {
  return `${jobFolder(id)}preview.jpg`;
}

/** What comes of it: a picture or a video of ours. */
export const paintedFileSchema = z.object({
  key: z.string(),
  mediaType: z.string(),
  width: z.number(),
  height: z.number(),
  bytes: z.number(),
});
export type PaintedFile = z.infer<typeof paintedFileSchema>;

/** By the names of the API, with a URL that works for a while. */
export async function describedFile(
  { key, mediaType, width, height, bytes }: PaintedFile,
  addresses: Addresses,
) {
  return { url: await urlOf(key, addresses), media_type: mediaType, width, height, bytes };
}

export function urlOf(key: string, { blobs, origin, urlTtlSeconds }: Addresses): Promise<string> {
  return blobs.downloadUrl(key, { origin, ttlSeconds: urlTtlSeconds });
}

/** The same, or null where nothing is kept yet. */
export async function urlWhereKept(key: string, addresses: Addresses): Promise<string | null> {
  const isKept = (await addresses.blobs.list(key, { limit: 1 })).length > 0;
  return isKept ? urlOf(key, addresses) : null;
}
