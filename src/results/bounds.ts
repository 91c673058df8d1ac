/** Keeps what is kept below so many bytes: the oldest goes first. */

import type { BlobEntry, BlobStore } from '../storage/blob-store.ts';

export interface Bounds {
  /** Counts what has been written, and makes room now and then; resolves when there is no more to do. */
  count(bytes: number): Promise<void>;
}

/**
 * Of all that several processes write, each knows its own part only. It looks at the whole again after a
 * sixteenth of the bound, and leaves so much room: by so much at most may each process beyond the first exceed it.
 */
const PART = 1 / 16;

export function boundsOf(blobs: BlobStore, prefix: string, maxBytes: number): Bounds {
  /** Written since the last look. What earlier processes wrote is not known. */
  let unseenBytes = Number.POSITIVE_INFINITY;
  let trimming: Promise<void> | undefined;
  return {
    async count(bytes) {
      unseenBytes += bytes;
      if (trimming || unseenBytes < maxBytes * PART) return;
      unseenBytes = 0;
      trimming = trim(blobs, prefix, maxBytes * (1 - PART));
      try {
        await trimming;
      } finally {
        trimming = undefined;
      }
    },
  };
}

/**
 * Half of what is kept goes, where the disk is full: it can be painted again, and what the disk is needed for cannot.
 * Resolves when there is no more to do.
 */
export async function giveWay(blobs: BlobStore, prefix: string): Promise<void> {
  if (await blobs.hasRoom()) return;
  let bytes = 0;
  for await (const entry of blobs.entries(prefix)) bytes += entry.bytes;
  await trim(blobs, prefix, bytes / 2);
}

async function trim(blobs: BlobStore, prefix: string, maxBytes: number): Promise<void> {
  const entries: BlobEntry[] = [];
  for await (const entry of blobs.entries(prefix)) entries.push(entry);
  await blobs.delete(excess(entries, maxBytes));
}

/** Keys of the oldest, as many as it takes. */
function excess(entries: readonly BlobEntry[], maxBytes: number): string[] {
  const keys: string[] = [];
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  for (const entry of entries.toSorted((a, b) => a.writtenMs - b.writtenMs)) {
    if (bytes <= maxBytes) break;
    keys.push(entry.key);
    bytes -= entry.bytes;
  }
  return keys;
}
