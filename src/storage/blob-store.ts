/** The port to where bytes are kept: inputs, outputs, job records. */

export interface StoredBlob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Changes with every write; for {@link WriteOptions.expected}. */
  readonly version: string;
}

/** For {@link WriteOptions.expected}: the key must not exist yet. */
export const ABSENT = Symbol('absent');

/** From {@link BlobStore.readChanged}: the key still has that version. */
export const UNCHANGED = Symbol('unchanged');

export interface WriteOptions {
  readonly mediaType?: string;
  /** The version that the key must still have; any where absent. */
  readonly expected?: string | typeof ABSENT;
}

export interface ListOptions {
  readonly after?: string;
  readonly limit: number;
}

/** What a store knows of a blob without reading it. */
export interface BlobEntry {
  readonly key: string;
  readonly bytes: number;
  /** Since 1970. */
  readonly writtenMs: number;
}

export interface DownloadOptions {
  readonly ttlSeconds: number;
  /** Scheme, host and port under which this service is reached; for URLs that it signs itself. */
  readonly origin: string;
}

export interface UploadOptions extends DownloadOptions {
  readonly mediaType: string;
  /** Exact size of the file, which the store enforces. */
  readonly bytes: number;
}

/** How a file is sent straight to the store. */
export interface Upload {
  readonly put: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** The same as an HTML form, where the store takes one. */
  readonly form?: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
}

/**
 * What records need of a store. Keys are paths of letters, digits, `.`, `-`, `_` and `/`. A write is durable and whole
 * when its promise resolves, and not there at all before.
 */
export interface RecordStore {
  read(key: string): Promise<StoredBlob | undefined>;
  /** As {@link read}, and nothing is read where the key still has this version. */
  readChanged(key: string, version: string): Promise<StoredBlob | typeof UNCHANGED | undefined>;
  /**
   * The new version. Rejects with a {@link VersionConflictError} where the key is not as expected;
   * of several writers that expect the same, one succeeds.
   */
  write(key: string, bytes: Uint8Array, options?: WriteOptions): Promise<string>;
  /** Keys that are not there are ignored. */
  delete(keys: readonly string[]): Promise<void>;
  /** Keys with this prefix in ascending order, at most `limit` of those after `after`. */
  list(prefix: string, options: ListOptions): Promise<string[]>;
  /** All blobs with this prefix, in ascending order of their keys, as they are found. */
  entries(prefix: string): AsyncIterable<BlobEntry>;
}

/** What pictures need beside that. */
export interface BlobStore extends RecordStore {
  /** Keeps the same bytes under another key, over what is there; false where there are none. */
  copy(from: string, to: string): Promise<boolean>;
  /**
   * Deletes what was written under the prefix so long ago; how much it was. Nothing where the store
   * has rules of its own for that.
   */
  expire(prefix: string, ageMs: number): Promise<number>;
  /** Removes what processes left behind that were killed while they wrote. */
  sweep(): Promise<void>;
  /** Whether there is room for what comes; writes reject with `storage-full` where there is none. */
  hasRoom(): Promise<boolean>;
  /** A URL that anyone may GET for a while. */
  downloadUrl(key: string, options: DownloadOptions): Promise<string>;
  /** What anyone may send one file with, for a while. */
  upload(key: string, options: UploadOptions): Promise<Upload>;
}

/** Somebody else has written in between. */
export class VersionConflictError extends Error {
  override readonly name = 'VersionConflictError';

  constructor(key: string) {
    super(`${key} is not at the version that was expected.`);
  }
}
