/**
 * Blobs as files. A key is a folder and each version of it a file in there, put in place by a hard
 * link: of two writers one gets the next number, also in different processes, and a process killed
 * at any moment leaves whole files only. A key's value is its highest number.
 */

import type { Stats } from 'node:fs';
import { access, mkdir, readdir, readFile, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ABSENT, type BlobStore, UNCHANGED, VersionConflictError } from './blob-store.ts';
import { codeOf, ifThere } from './if-there.ts';
import { KEY, keysUnder, VERSION_FILE } from './key-walk.ts';
import { roomIn } from './room.ts';
import { place, stage, sweepStaging, syncFolder } from './staging.ts';
import type { UrlSigner } from './url-signer.ts';

/** Keeps blobs under `root`; URLs are those of this service itself. */
export function fileStore(root: string, signer: UrlSigner): BlobStore {
  const room = roomIn(root);

  const read: BlobStore['read'] = async (key) => {
    const folder = folderOf(root, key);
    // A version may be replaced between being found and being opened.
    for (let version = await newest(folder); version > 0; version = await newest(folder)) {
      const buffer = await ifThere(readFile(versionPath(folder, version)));
      if (buffer) return { bytes: new Uint8Array(buffer), version: String(version) };
    }
    return undefined;
  };

  const write: BlobStore['write'] = async (key, bytes, { expected } = {}) => {
    const folder = folderOf(root, key);
    const staged = await stage(root, bytes);
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
  };

  const remove: BlobStore['delete'] = async (keys) => {
    for (const key of keys) {
      const folder = folderOf(root, key);
      await removeVersions(folder, await versions(folder));
      await removeEmpty(folder, root);
    }
  };

  const writeInRoom: BlobStore['write'] = (key, bytes, options) =>
    room.take(bytes.byteLength, () => write(key, bytes, options));

  return {
    read,
    async readChanged(key, version) {
      const current = await newest(folderOf(root, key));
      return current > 0 && version === String(current) ? UNCHANGED : read(key);
    },
    write: writeInRoom,
    delete: remove,
    async list(prefix, { after = '', limit }) {
      const keys: string[] = [];
      if (limit < 1) return keys;
      for await (const key of keysUnder(root, prefix, after)) {
        keys.push(key);
        if (keys.length >= limit) break;
      }
      return keys;
    },
    async *entries(prefix) {
      for await (const key of keysUnder(root, prefix, '')) {
        const entry = await statNewest(folderOf(root, key));
        if (entry) yield { key, bytes: entry.size, writtenMs: entry.mtimeMs };
      }
    },
    async copy(from, to) {
      const found = await read(from);
      if (found) await writeInRoom(to, found.bytes);
      return found !== undefined;
    },
    async expire(prefix, ageMs) {
      let count = 0;
      for await (const key of keysUnder(root, prefix, '')) {
        const entry = await statNewest(folderOf(root, key));
        if (!entry || entry.mtimeMs > Date.now() - ageMs) continue;
        await remove([key]);
        count += 1;
      }
      return count;
    },
    async sweep() {
      await sweepStaging(root);
    },
    hasRoom: room.isThere,
    downloadUrl: async (key, options) => signer.downloadUrl(key, options),
    upload: async (key, options) => signer.upload(key, options),
  };
}

/** Of the key's value; undefined where it has been removed meanwhile. */
async function statNewest(folder: string): Promise<Stats | undefined> {
  return ifThere(stat(versionPath(folder, await newest(folder))));
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
    // Another writer may have this number.
    if (!(await place(staged, path))) return false;
  } catch (error) {
    // A deletion may have taken the folder away again.
    if (codeOf(error) !== 'ENOENT') throw error;
    await access(staged);
    return placed(staged, folder, current);
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
