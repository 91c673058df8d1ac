/** Room on disk for one picture that is too large for memory. */

import { rmSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atExit } from '../host/at-exit.ts';
import { freeBytes, isDiskFull, storageFull } from '../host/disk.ts';
import { hasEnded, THIS_PROCESS } from '../host/process-owner.ts';

export interface Scratch {
  readonly folder: string;
  /** A path in the folder that nothing uses yet. */
  path(extension: string): string;
}

/** A scratch folder's name says whose it is. */
const PREFIX = 'impasto-scratch-';
const FOLDER = new RegExp(`^${PREFIX}(.+)\\.[0-9a-f-]{36}$`);

/**
 * Runs `work` with a folder of its own, which is removed afterwards whatever happens, also where
 * the process exits meanwhile. Throws a `storage-full` problem where so many bytes are not free, or
 * where the disk becomes full.
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
  const folder = join(parent, `${PREFIX}${THIS_PROCESS}.${crypto.randomUUID()}`);
  const tidied = atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  let count = 0;
  try {
    await mkdir(folder, { mode: 0o700 });
    return await work({ folder, path: (extension) => join(folder, `${count++}${extension}`) });
  } catch (error) {
    throw isDiskFull(error) ? storageFull('The disk became full meanwhile.', error) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
    tidied();
  }
}

/** Removes the folders of processes that were killed; how many there were. */
export async function sweepScratch(parent: string): Promise<number> {
  const left = (await readdir(parent)).filter((name) => hasEnded(FOLDER.exec(name)?.[1] ?? ''));
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
  return left.length;
}
