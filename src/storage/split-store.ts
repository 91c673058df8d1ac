/** A store of two: records lie in one, pictures and other files in the other. */

import type { BlobEntry, BlobStore, RecordStore } from './blob-store.ts';

/** Which keys lie where. */
export interface Shares {
  readonly isRecord: (key: string) => boolean;
  /** Whether there may be some among all keys with a prefix. */
  readonly mayHoldRecords: (prefix: string) => boolean;
  readonly mayHoldFiles: (prefix: string) => boolean;
}

export function splitStore(files: BlobStore, records: RecordStore, shares: Shares): BlobStore {
  const { isRecord, mayHoldRecords, mayHoldFiles } = shares;
  const placeOf = (key: string): RecordStore => (isRecord(key) ? records : files);
  const placesOf = (prefix: string): RecordStore[] => [
    ...(mayHoldRecords(prefix) ? [records] : []),
    ...(mayHoldFiles(prefix) ? [files] : []),
  ];
  return {
    // Copies, uploads, URLs and what is done with whole prefixes: nobody asks for them of records.
    ...files,
    read: (key) => placeOf(key).read(key),
    readChanged: (key, version) => placeOf(key).readChanged(key, version),
    write: (key, bytes, options) => placeOf(key).write(key, bytes, options),
    async delete(keys) {
      await Promise.all([
        records.delete(keys.filter(isRecord)),
        files.delete(keys.filter((key) => !isRecord(key))),
      ]);
    },
    async list(prefix, options) {
      const found = await Promise.all(placesOf(prefix).map((place) => place.list(prefix, options)));
      return found.flat().sort().slice(0, options.limit);
    },
    entries: (prefix) => merged(placesOf(prefix).map((place) => place.entries(prefix))),
  };
}

/** Entries of all in one order. */
async function* merged(all: readonly AsyncIterable<BlobEntry>[]): AsyncGenerator<BlobEntry> {
  const iterators = all.map((entries) => entries[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
  for (;;) {
    const first = heads.reduce(
      (least, head, i) => (!head.done && isBefore(head.value, heads[least]) ? i : least),
      -1,
    );
    const head = heads[first];
    if (head === undefined || head.done) return;
    yield head.value;
    heads[first] = (await iterators[first]?.next()) ?? head;
  }
}

function isBefore({ key }: BlobEntry, other: IteratorResult<BlobEntry> | undefined): boolean {
  return other === undefined || other.done === true || key < other.value.key;
}
