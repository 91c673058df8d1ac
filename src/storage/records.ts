/** Records as blobs: changed under the condition that nobody else did in between. */

import { ABSENT, type BlobStore, VersionConflictError } from './blob-store.ts';

export interface Updated<T> {
  /** Undefined where there was none. */
  readonly before: T | undefined;
  /** Undefined where the change was declined. */
  readonly after: T | undefined;
}

/**
 * Applies a change to a JSON record, again where somebody else was faster. The change gets the record
 * that is there, and declines by undefined.
 */
export async function updateRecord<T>(
  blobs: BlobStore,
  key: string,
  parse: (bytes: Uint8Array) => T,
  change: (before: T | undefined) => T | undefined | Promise<T | undefined>,
): Promise<Updated<T>> {
  for (;;) {
    const found = await blobs.read(key);
    const before = found && parse(found.bytes);
    const after = await change(before);
    if (after === undefined) return { before, after };
    const bytes = new TextEncoder().encode(JSON.stringify(after));
    const expected = found?.version ?? ABSENT;
    try {
      await blobs.write(key, bytes, { mediaType: 'application/json', expected });
      return { before, after };
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
    }
  }
}
