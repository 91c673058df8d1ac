/**
 * Paintings in the service's store, under their addresses. It is a cache: what it cannot read is not there,
 * and what it cannot write is not kept.
 */

import { after } from '../concurrency/timers.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Painting } from '../stylization/stylizer.ts';
import { boundsOf } from './bounds.ts';
import { fromEntry, toEntry } from './entry.ts';

export interface KeptPaintings {
  /** Undefined where it is not there, too old, or damaged. */
  read(address: string): Promise<Painting | undefined>;
  /** Whether it is kept. */
  keep(address: string, painting: Painting): Promise<boolean>;
}

export interface KeptPaintingsParts {
  readonly blobs: BlobStore;
  /** Of all paintings that are kept. */
  readonly maxBytes: number;
  readonly ttlSeconds: number;
  /** Told of what could not be read, written or removed. */
  readonly report: (error: unknown, message: string) => void;
}

/** All of them lie under it. */
export const RESULTS_PREFIX = 'results/';

/** An answer waits no longer for a store that is slow: without it, the answer would be painted, or be there. */
const PATIENCE_MS = 2000;

/** One painting takes up a part of the room at most. */
const MAX_SHARE = 1 / 8;

export function keptPaintings(parts: KeptPaintingsParts): KeptPaintings {
  const { blobs, maxBytes, ttlSeconds, report } = parts;
  const bounds = boundsOf(blobs, RESULTS_PREFIX, maxBytes);
  const attempt = async <T>(message: string, otherwise: T, work: () => Promise<T>) => {
    const attempted = work().catch((error: unknown) => {
      report(error, message);
      return otherwise;
    });
    return patiently(attempted, otherwise);
  };
  return {
    read: (address) =>
      attempt('a kept painting cannot be read', undefined, async () => {
        const blob = await blobs.read(RESULTS_PREFIX + address);
        if (blob === undefined) return undefined;
        const { painting, paintedMs } = fromEntry(blob.bytes);
        return Date.now() - paintedMs < ttlSeconds * 1000 ? painting : undefined;
      }),
    keep: (address, painting) =>
      attempt('a painting cannot be kept', false, async () => {
        if (painting.bytes.byteLength > maxBytes * MAX_SHARE) return false;
        const entry = toEntry(painting, Date.now());
        await blobs.write(RESULTS_PREFIX + address, entry);
        const cannotRemove = (error: unknown) => report(error, 'old paintings cannot be removed');
        bounds.count(entry.byteLength).catch(cannotRemove);
        return true;
      }),
  };
}

/** `otherwise` where the work takes too long; it goes on, and nobody waits for it. */
function patiently<T>(work: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(PATIENCE_MS, () => resolve(otherwise));
    work.finally(cancel).then(resolve, reject);
  });
}
