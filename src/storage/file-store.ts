/**
 * Blobs as files. A key is a folder and each version of it a file in there, put in place by a hard
 * link: of two writers one gets the next number, also in different processes, and a process killed
 * at any moment leaves whole files only. A key's value is its highest number.
 */

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ABSENT, type BlobStore, VersionConflictError } from './blob-store.ts';
import type { UrlSigner } from './url-signer.ts';

/** Folder of files that are not whole yet. */
const STAGING = '.staging';

const VERSION_FILE = /^~(\d{12})$/;
const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/** Keeps blobs under `root`; URLs are those of this service itself. */
export function fileStore(root: string, signer: UrlSigner): BlobStore {
  return {
    async read(key) {
      const folder = folderOf(root, key);
      // A version may be replaced between being found and being opened.
      for (let version = await newest(folder); version > 0; version = await newest(folder)) {
        const buffer = await ifThere(readFile(versionPath(folder, version)));
        if (buffer) return { bytes: new Uint8Array(buffer), version: String(version) };
      }
      return undefined;
    },
    async write(key, bytes, { expected } = {}) {
      const folder = folderOf(root, key);
      const staged = await stage(join(root, STAGING), bytes);
      try {
        for (;;) {
          const current = await newest(folder);
          const wrong = expected === ABSENT ? current > 0 : expected !== String(current);
          if (expected !== undefined && wrong) throw new VersionConflictError(key);
          if (await placed(staged, folder, current)) return String(current + 1);
          if (expected !== undefined) throw new VersionConflictError(key);
        }
      } finally {
        await unlink(staged);
      }
    },
    async delete(keys) {
      for (const key of keys) {
        const folder = folderOf(root, key);
        await removeVersions(folder, await versions(folder));
        await removeEmpty(folder, root);
      }
    },
    async list(prefix, { after = '', limit }) {
      const folder = join(root, dirname(`${prefix}x`));
      const options = { recursive: true, withFileTypes: true } as const;
      const entries = (await ifThere(readdir(folder, options))) ?? [];
      const keys = entries
        .filter(({ name }) => VERSION_FILE.test(name))
        .map(({ parentPath }) => relative(root, parentPath).split(sep).join('/'))
        .filter((key) => key.startsWith(prefix) && key > after);
      return [...new Set(keys)].sort().slice(0, limit);
    },
    downloadUrl: async (key, options) => signer.downloadUrl(key, options),
    upload: async (key, options) => signer.upload(key, options),
  };
}

function folderOf(root: string, key: string): string {
  if (!KEY.test(key)) {
    throw new TypeError(`Expected a key of letters, digits, "-", "_", "." and "/", got ${key}.`);
  }
  return join(root, key);
}

/** Links the staged file as the version after `current`; false where somebody else was faster. */
async function placed(staged: string, folder: string, current: number): Promise<boolean> {
  const path = versionPath(folder, current + 1);
  await ensureFolder(folder);
  try {
    await link(staged, path);
  } catch (error) {
    // Another writer has this number, or a deletion has taken the folder away again.
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) === 'ENOENT') return placed(staged, folder, current);
    throw error;
  }
  const present = await versions(folder);
  const overtaken = Math.max(...present) > current + 1;
  const deleted = current > 0 && !present.includes(current);
  if (overtaken || deleted) {
    await ifThere(unlink(path));
    return false;
  }
  await syncFolder(folder);
  await removeVersions(
    folder,
    present.filter((version) => version <= current),
  );
  return true;
}

async function ensureFolder(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true });
  if (created === undefined) return;
  for (let path = dirname(folder); ; path = dirname(path)) {
    await syncFolder(path);
    if (path.length < created.length) return;
  }
}

async function stage(folder: string, bytes: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return path;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await ifThere(open(folder, 'r'));
  await handle?.sync();
  await handle?.close();
}

async function newest(folder: string): Promise<number> {
  return Math.max(0, ...(await versions(folder)));
}

async function versions(folder: string): Promise<number[]> {
  const names = (await ifThere(readdir(folder))) ?? [];
  return names.flatMap((name) => {
    const version = VERSION_FILE.exec(name)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

function versionPath(folder: string, version: number): string {
  return join(folder, `~${String(version).padStart(12, '0')}`);
}

async function removeVersions(folder: string, gone: readonly number[]): Promise<void> {
  for (const version of gone) await ifThere(unlink(versionPath(folder, version)));
}

/** The folder and those around it, as far as nothing else is in them. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let path = folder; path !== root; path = dirname(path)) {
    const removed = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** Undefined where the file or folder does not exist. */
async function ifThere<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
