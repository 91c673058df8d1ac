/**
 * Keys as DynamoDB has them: a partition for each tenant and kind, such as `tenants/jobs/shop/`, and the rest of the key
 * in it. A query has one partition only, and finds its keys in their order.
 */

import { TENANTS } from './tenant-store.ts';

/** Where an item lies; by the names of the table's attributes. */
export interface TableKey {
  readonly pk: string;
  readonly sk: string;
}

/** Keys within a partition, from and to including. */
export interface Range {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
}

/** Names of partitions are kept under it: it is no partition of a key. */
export const PARTITIONS = '*';

/** Below and above all that keys are made of. */
const LOWEST = '!';
const HIGHEST = '~';

const TENANTS_PARTITION = new RegExp(`^${TENANTS}[^/]+/[^/]+/`);
const NOBODYS_PARTITION = new RegExp(`^(?!${TENANTS})[^/]+/`);

/** The partition of a key, or of all keys with a prefix; undefined where these have several. */
export function partitionOf(keyOrPrefix: string): string | undefined {
  return (TENANTS_PARTITION.exec(keyOrPrefix) ?? NOBODYS_PARTITION.exec(keyOrPrefix))?.[0];
}

/** Throws a `TypeError` for what is no key of a record. */
export function tableKeyOf(key: string): TableKey {
  const pk = partitionOf(key);
  const sk = key.slice(pk?.length);
  if (pk === undefined || sk === '') {
    throw new TypeError(`Expected a key with a folder and a name, got ${key}.`);
  }
  return { pk, sk };
}

/** Keys of a partition that have this prefix and come after `after`; undefined where none can. */
export function rangeOf(partition: string, prefix: string, after: string): Range | undefined {
  const behind = after + LOWEST;
  const whole = { from: prefix < behind ? behind : prefix, to: prefix + HIGHEST };
  if (whole.from > whole.to || whole.from > partition + HIGHEST) return undefined;
  const within = (bound: string, otherwise: string) =>
    bound.startsWith(partition) ? bound.slice(partition.length) || LOWEST : otherwise;
  return { pk: partition, from: within(whole.from, LOWEST), to: within(whole.to, HIGHEST) };
}

/** Names of partitions in which there may be keys that have this prefix and come after `after`. */
export function partitionsRange(prefix: string, after: string): Range | undefined {
  const first = partitionOf(after) ?? after;
  const from = (prefix < first ? first : prefix) || LOWEST;
  const to = prefix + HIGHEST;
  return from > to ? undefined : { pk: PARTITIONS, from, to };
}
