/** What can be done to records of keys. A secret is told once, to whoever asked for it. */

import { type KeyRecord, KeyRecordsError } from './records.ts';
import { hashOf, keyText, newId, newSecret } from './secret.ts';

export type NewKey = Omit<KeyRecord, 'id' | 'hashes' | 'createdAt'>;

export interface Edited {
  readonly records: readonly KeyRecord[];
  readonly record: KeyRecord;
}

export interface Told extends Edited {
  /** The key itself, which is kept nowhere. */
  readonly key: string;
}

export function createKey(records: readonly KeyRecord[], wanted: NewKey, now: Date): Told {
  const [id, secret] = [newId(), newSecret()];
  const record = { id, ...wanted, hashes: [hashOf(secret)], createdAt: now.toISOString() };
  return { records: [...records, record], record, key: keyText({ id, secret }) };
}

/**
 * A new secret; the one before works beside it until the next rotation, unless it is to end at once. Throws a
 * {@link KeyRecordsError} where there is no such key.
 */
export function rotateKey(records: readonly KeyRecord[], id: string, atOnce: boolean): Told {
  const before = found(records, id);
  const secret = newSecret();
  const kept = atOnce ? [] : before.hashes.slice(0, 1);
  const record = { ...before, hashes: [hashOf(secret), ...kept] };
  const changed = records.map((other) => (other.id === id ? record : other));
  return { records: changed, record, key: keyText({ id, secret }) };
}

/** Throws a {@link KeyRecordsError} where there is no such key. */
export function revokeKey(records: readonly KeyRecord[], id: string): Edited {
  const record = found(records, id);
  return { records: records.filter((other) => other.id !== id), record };
}

function found(records: readonly KeyRecord[], id: string): KeyRecord {
  const record = records.find((candidate) => candidate.id === id);
  if (record) return record;
  throw new KeyRecordsError(`Expected the id of a key, got ${id}; "impasto keys list" names them.`);
}
