/** Where records of keys are kept: a setting, a file, an object in the store. */

import { readFile, stat } from 'node:fs/promises';
import { ABSENT, type BlobStore, UNCHANGED } from '../storage/blob-store.ts';
import { ifThere } from '../storage/if-there.ts';

export interface KeptRecords {
  readonly bytes: Uint8Array;
  readonly version: string;
}

export interface KeyPlace {
  /** What messages call it. */
  readonly name: string;
  /** `UNCHANGED` where what is there is still of this version; undefined where nothing is there. */
  read(version?: string): Promise<KeptRecords | typeof UNCHANGED | undefined>;
}

/** Where the object lies in the store. */
export const KEYS_OBJECT = 'access/keys.json';

/** The records in the setting itself, which never change. */
export function settingPlace(name: string, text: string): KeyPlace {
  const kept = { bytes: new TextEncoder().encode(text), version: 'set' };
  return { name, read: async (version) => (version === kept.version ? UNCHANGED : kept) };
}

/** A file that may be replaced at any time, also by a link to another one. */
export function filePlace(path: string): KeyPlace {
  return {
    name: path,
    async read(version) {
      const entry = await ifThere(stat(path, { bigint: true }));
      if (entry === undefined) return undefined;
      const current = [entry.dev, entry.ino, entry.size, entry.mtimeNs].join(' ');
      if (current === version) return UNCHANGED;
      const bytes = await ifThere(readFile(path));
      return bytes && { bytes, version: current };
    },
  };
}

/** An object, which is read again only where its version is another one. */
export function objectPlace(store: BlobStore): KeyPlace {
  return {
    name: KEYS_OBJECT,
    read: (version) =>
      version === undefined ? store.read(KEYS_OBJECT) : store.readChanged(KEYS_OBJECT, version),
  };
}

/** Replaces the object, on the condition that nobody else has since it was read. */
export async function writeObject(
  store: BlobStore,
  text: string,
  version: string | undefined,
): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const expected = version ?? ABSENT;
  await store.write(KEYS_OBJECT, bytes, { mediaType: 'application/json', expected });
}
