/** Writes of what must not be there yet, and whether a store refuses the second of them. */

import { randomUUID } from 'node:crypto';
import { ABSENT, type BlobStore, VersionConflictError, type WriteOptions } from './blob-store.ts';

/** Writes what is not there yet; false, and nothing is changed, where something is. */
export async function writeIfAbsent(
  blobs: BlobStore,
  key: string,
  bytes: Uint8Array,
  options: Omit<WriteOptions, 'expected'> = {},
): Promise<boolean> {
  try {
    await blobs.write(key, bytes, { ...options, expected: ABSENT });
    return true;
  } catch (error) {
    if (error instanceof VersionConflictError) return false;
    throw error;
  }
}

/** Whether the second of two writers who expect the same key to be absent is refused. */
export async function refusesConflicts(blobs: BlobStore): Promise<boolean> {
  const key = `probes/${randomUUID()}`;
  const write = () => writeIfAbsent(blobs, key, new Uint8Array());
  await write();
  try {
    return !(await write());
  } finally {
    await blobs.delete([key]);
  }
}
