/** Room on disk for one picture that is too large for memory. */

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Scratch {
  readonly folder: string;
  /** A path in the folder that nothing uses yet. */
  path(extension: string): string;
}

/** Runs `work` with a folder of its own, which is removed afterwards whatever happens. */
export async function withScratch<T>(
  parent: string,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(parent, 'impasto-'));
  let count = 0;
  try {
    return await work({ folder, path: (extension) => join(folder, `${count++}${extension}`) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
