/** Keys of a service under test, made as `impasto keys` makes them. */

import { createKey, type NewKey } from '../../src/access/edits.ts';
import { type KeyRecord, recordsText } from '../../src/access/records.ts';
import { SCOPES } from '../../src/access/scopes.ts';

export const TENANT = 'shop';

/** Keys by name, and the records that know them, as ACCESS_KEYS has them. */
export function keysOf<Name extends string>(wanted: Readonly<Record<Name, Partial<NewKey>>>) {
  let records: readonly KeyRecord[] = [];
  const keys: Record<string, string> = {};
  for (const [name, fields] of Object.entries<Partial<NewKey>>(wanted)) {
    const all = { name, tenant: TENANT, scopes: [...SCOPES], ...fields };
    const made = createKey(records, all, new Date());
    ({ records } = made);
    keys[name] = made.key;
  }
  return { keys: keys as Record<Name, string>, text: recordsText(records) };
}

export function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}
