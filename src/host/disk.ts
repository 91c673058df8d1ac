/** Room on disk, and the lack of it. */

import { statfs } from 'node:fs/promises';
import { ProblemError } from '../errors.ts';

/** Until others may have removed theirs. */
const RETRY_AFTER_SECONDS = 30;

export function storageFull(detail: string, cause?: unknown): ProblemError {
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
  return /ENOSPC|EDQUOT|No space left on device|quota exceeded/i.test(String(error));
}
