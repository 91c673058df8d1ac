/** Whether a store keeps what job records rely on. */

import { randomUUID } from 'node:crypto';
import { ABSENT, type BlobStore, VersionConflictError } from './blob-store.ts';

/** Whether the second of two writers who expect the same key to be absent is refused. */
export async function refusesConflicts(blobs: BlobStore): Promise<boolean> {
  const key = `probes/${randomUUID()}`;
  const write = () => blobs.write(key, new Uint8Array(), { expected: ABSENT });
  await write();
  try {
    await write();
    return false;
  } catch (error) {
    if (error instanceof VersionConflictError) return true;
    throw error;
  } finally {
    await blobs.delete([key]);
  }
}
