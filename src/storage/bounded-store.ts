/** A store in which only so many bytes may lie: what would be too much is refused, what is there already stays. */

import { ProblemError } from '../errors.ts';
import type { BlobStore } from './blob-store.ts';

/** Between two looks at all that is there; in between, what is written here is added up. */
const MAX_AGE_MS = 30_000;

/** What is large, and what callers send or have learned; records are small, and must be written whatever happens. */
const COUNTED = ['jobs/', 'uploads/', 'styles/'];

/**
 * Writes, copies and uploads throw a `tenant-storage-full` problem where there would be more bytes than `maxBytes`.
 * Several processes, and what workers paint, may together come out above it.
 */
export function boundedStore(
  blobs: BlobStore,
  maxBytes: number,
  nowMs: () => number = () => performance.now(),
): BlobStore {
  let usedBytes = 0;
  let lookedMs = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<void> => {
    if (nowMs() - lookedMs < MAX_AGE_MS) return;
    lookedMs = nowMs();
    let bytes = 0;
    for (const prefix of COUNTED)
      for await (const entry of blobs.entries(prefix)) bytes += entry.bytes;
    usedBytes = bytes;
  };

  const take = async (bytes: number): Promise<void> => {
    await look();
    if (usedBytes + bytes > maxBytes) {
      const detail = `Expected at most ${maxBytes} bytes to be kept for this tenant, found ${usedBytes} and got ${bytes} more.`;
      throw new ProblemError('tenant-storage-full', detail);
    }
    usedBytes += bytes;
  };

  return {
    ...blobs,
    async write(key, bytes, options) {
      await take(bytes.byteLength);
      return blobs.write(key, bytes, options);
    },
    async copy(from, to) {
      await take(0);
      return blobs.copy(from, to);
    },
    async upload(key, options) {
      await take(options.bytes);
      return blobs.upload(key, options);
    },
    async delete(keys) {
      await blobs.delete(keys);
      lookedMs = Number.NEGATIVE_INFINITY;
    },
  };
}
