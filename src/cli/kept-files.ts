/** Which files a run has read and written, so that no painting lands on a photograph or on another painting. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { identityOf, STANDARD, UsageError, writeOutput } from './outputs.ts';

export interface KeptFiles {
  /** Nothing may be written over this one. */
  read(path: string): Promise<void>;
  /**
   * Writes a file whole, and the folders that it needs; the same `owner` may write it again. Rejects with a
   * `UsageError` where it would overwrite a file that was read, or another owner's.
   */
  write(path: string, bytes: Uint8Array, owner: string): Promise<void>;
}

interface Kept {
  readonly path: string;
  readonly owner: string;
}

const READ = 'read';

export function createKeptFiles(): KeptFiles {
  const kept = new Map<string, Kept>();
  let last: Promise<unknown> = Promise.resolve();
  const keep = async (path: string, owner: string) => {
    const identity = await identityOf(path);
    if (identity !== undefined) kept.set(identity, { path, owner });
  };
  const replace = async (path: string, bytes: Uint8Array, owner: string) => {
    const before = (await identityOf(path)) ?? '';
    const other = kept.get(before);
    if (other !== undefined && other.owner !== owner) {
      throw new UsageError(`Expected another place for ${path} than that of ${other.path}.`);
    }
    await mkdir(dirname(path), { recursive: true });
    await writeOutput(path, bytes);
    // Another file may get the number that its own has lost.
    kept.delete(before);
    await keep(path, owner);
  };
  return {
    read: async (path) => (path === STANDARD ? undefined : keep(path, READ)),
    write(path, bytes, owner) {
      if (path === STANDARD) return writeOutput(path, bytes);
      // One after the other: what is looked at must not change before it is written.
      const written = last.then(() => replace(path, bytes, owner));
      last = written.catch(() => {});
      return written;
    },
  };
}
