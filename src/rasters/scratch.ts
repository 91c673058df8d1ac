/** Room on disk for one picture that is too large for memory. */

import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../errors.ts';

export interface Scratch {
  readonly folder: string;
  /** A path in the folder that nothing uses yet. */
  path(extension: string): string;
}

/** Until others may have removed theirs. */
const RETRY_AFTER_SECONDS = 30;

function storageFull(detail: string, cause?: unknown): ProblemError {
  const details = { cause, retryAfterSeconds: RETRY_AFTER_SECONDS };
  return new ProblemError('storage-full', detail, details);
}

/** What the disk that a folder lies on has left for us. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** As the system says it, by way of Node, of libvips or of another process. */
export function isDiskFull(error: unknown): boolean {
  return /ENOSPC|No space left on device/.test(String(error));
}

/**
 * Runs `work` with a folder of its own, which is removed afterwards whatever happens. Throws a
 * `storage-full` problem where so many bytes are not free, or where the disk becomes full.
 */
export async function withScratch<T>(
  parent: string,
  bytes: number,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const free = await freeBytes(parent);
  if (free < bytes) {
    throw storageFull(`Expected ${bytes} bytes free for a picture of this size, found ${free}.`);
  }
  const folder = await mkdtemp(join(parent, 'impasto-'));
  let count = 0;
  try {
    return await work({ folder, path: (extension) => join(folder, `${count++}${extension}`) });
  } catch (error) {
    throw isDiskFull(error) ? storageFull('The disk became full meanwhile.', error) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
