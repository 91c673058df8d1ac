/** Records as blobs: changed under the condition that nobody else did in between. */

import type { z } from 'zod';
import { ABSENT, type BlobStore, type StoredBlob, VersionConflictError } from './blob-store.ts';
import { writeIfAbsent } from './conditional-writes.ts';

export interface Updated<T> {
  /** Undefined where there was none. */
  readonly before: T | undefined;
  /** Undefined where the change was declined. */
  readonly after: T | undefined;
}

/** Told of a record that could not be read, which lies under `damaged/` now. */
export type DamageReport = (key: string, cause: unknown) => void;

/** Where damaged records are put, under the key that they had. */
export const DAMAGED = 'damaged/';

/**
 * The record, and which version of it that is; undefined where there is none. One that `parse`
 * throws at is put aside, so that it stands in nobody's way, and is no longer there.
 */
export async function readRecord<T>(
  blobs: BlobStore,
  key: string,
  parse: (bytes: Uint8Array) => T,
  report: DamageReport,
): Promise<{ readonly record: T; readonly version: string } | undefined> {
  const found = await blobs.read(key);
  if (found === undefined) return undefined;
  try {
    return { record: parse(found.bytes), version: found.version };
  } catch (cause) {
    report(key, cause);
    await putAside(blobs, key, found);
    return undefined;
  }
}

async function putAside(blobs: BlobStore, key: string, { bytes, version }: StoredBlob) {
  // Where the disk is full, it is not kept: what it was nobody could read.
  await blobs.write(DAMAGED + key, bytes).catch(() => {});
  const now = await blobs.read(key);
  if (now?.version === version) await blobs.delete([key]);
}

/**
 * Keeps a new JSON record, unless one is there: the record that is kept, and whether it is the new
 * one. `prepare` runs before each attempt: it makes what must not be missing once the record is there.
 */
export async function createRecord<T>(
  blobs: BlobStore,
  key: string,
  record: T,
  parse: (bytes: Uint8Array) => T,
  report: DamageReport,
  prepare: () => Promise<void> = async () => {},
): Promise<{ readonly record: T; readonly created: boolean }> {
  for (;;) {
    await prepare();
    if (await writeIfAbsent(blobs, key, toJson(record), JSON_TYPE))
      return { record, created: true };
    const found = await readRecord(blobs, key, parse, report);
    if (found) return { record: found.record, created: false };
    // It was damaged, and has been put aside, or was removed meanwhile.
  }
}

/**
 * Applies a change to a JSON record, again where somebody else was faster. The change gets the record
 * that is there, and declines by undefined.
 */
export async function updateRecord<T>(
  blobs: BlobStore,
  key: string,
  parse: (bytes: Uint8Array) => T,
  report: DamageReport,
  change: (before: T | undefined) => T | undefined | Promise<T | undefined>,
): Promise<Updated<T>> {
  for (;;) {
    const found = await readRecord(blobs, key, parse, report);
    const before = found?.record;
    const after = await change(before);
    if (after === undefined) return { before, after };
    const expected = found?.version ?? ABSENT;
    try {
      await blobs.write(key, toJson(after), { ...JSON_TYPE, expected });
      return { before, after };
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
    }
  }
}

const JSON_TYPE = { mediaType: 'application/json' };

export function toJson(record: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

/** What a record's bytes say, by its schema. */
export function fromJson<T>(schema: z.ZodType<T>): (bytes: Uint8Array) => T {
  return (bytes) => schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
