/**
 * How long what is written is kept at most. On disk a sweeper sees to it, in a bucket its lifecycle
 * rules do, in a table DynamoDB does. A prefix that is not in the table cannot be written to, so there is nothing that stays
 * for ever.
 */

import type { BlobStore } from './blob-store.ts';
import { TENANTS } from './tenant-store.ts';

export interface RetentionSettings {
  /** How long finished jobs are kept. */
  readonly outputTtlSeconds: number;
  /** How long signed URLs work. */
  readonly urlTtlSeconds: number;
  /** How long paintings are kept for those who ask for them again. */
  readonly resultTtlSeconds: number;
}

/** Longest age in seconds by prefix; undefined for what stays until it is done or removed. */
export type Retention = Readonly<Record<string, number | undefined>>;

const DAY_SECONDS = 86_400;

/** A job may wait for so long before it is begun: as long as SQS keeps a message. */
const MAX_WAIT_SECONDS = 4 * DAY_SECONDS;

/** For whoever wants to know what happened to a record. */
const DAMAGED_SECONDS = 30 * DAY_SECONDS;

export function retentionOf(settings: RetentionSettings): Retention {
  const { outputTtlSeconds, urlTtlSeconds, resultTtlSeconds } = settings;
  // The records say when a job ends; this is for what they no longer know of.
  const jobSeconds = MAX_WAIT_SECONDS + outputTtlSeconds;
  const ages = {
    'jobs/': jobSeconds,
    'index/': jobSeconds,
    'expiry/': jobSeconds,
    'batches/': jobSeconds,
    'batch-expiry/': jobSeconds,
    // A job has a copy of its own.
    'uploads/': Math.max(urlTtlSeconds, outputTtlSeconds),
    'answers/': urlTtlSeconds,
    'results/': resultTtlSeconds,
    // A job may wait to be painted in it.
    'pictured/': jobSeconds,
    // Of one day.
    'usage/': 2 * DAY_SECONDS,
    'probes/': DAY_SECONDS,
    'damaged/': DAMAGED_SECONDS,
    'queues/': undefined,
    'access/': undefined,
    // Until it is deleted.
    'styles/': undefined,
  };
  return { ...ages, ...tenantAges(ages), [`${TENANTS}styles/`]: undefined };
}

/** What a tenant has is kept for as long. */
function tenantAges(ages: Retention): Retention {
  const entries = Object.entries(ages).filter(([, seconds]) => seconds !== undefined);
  return Object.fromEntries(entries.map(([prefix, seconds]) => [TENANTS + prefix, seconds]));
}

/** How long what is written under a key is kept at most; undefined for what stays until it is removed. */
export function lifetimeSecondsOf(retention: Retention): (key: string) => number | undefined {
  return (key) => retention[coveringPrefix(retention, key) ?? ''];
}

function coveringPrefix(retention: Retention, key: string): string | undefined {
  return Object.keys(retention).find((prefix) => key.startsWith(prefix));
}

/** The store, in which nothing can be written that retention does not cover. */
export function retained(blobs: BlobStore, retention: Retention): BlobStore {
  const covered = (key: string): string => {
    if (coveringPrefix(retention, key) !== undefined) return key;
    throw new TypeError(`Expected a key that retention covers, got ${key}.`);
  };
  return {
    ...blobs,
    write: async (key, bytes, options) => blobs.write(covered(key), bytes, options),
    copy: async (from, to) => blobs.copy(from, covered(to)),
    upload: async (key, options) => blobs.upload(covered(key), options),
  };
}

/** Removes what is older than it may be. One prefix that fails is told of, and stops no other. */
export async function expireAll(
  blobs: BlobStore,
  retention: Retention,
  onError: (error: unknown) => void,
): Promise<void> {
  for (const [prefix, seconds] of Object.entries(retention)) {
    if (seconds !== undefined) await blobs.expire(prefix, seconds * 1000).catch(onError);
  }
}

/** Days by prefix, as lifecycle rules count: whole ones, from midnight. */
export function retentionDays(retention: Retention): { prefix: string; days: number }[] {
  return Object.entries(retention).flatMap(([prefix, seconds]) =>
    seconds === undefined ? [] : [{ prefix, days: Math.ceil(seconds / DAY_SECONDS) }],
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export function bucketLifecycle(retention: Retention, keyPrefix: string) {
  const rules = retentionDays(retention).map(({ prefix, days }) => ({
    ID: prefix.replace(/\/$/, '').replaceAll('/', '-'),
    Filter: { Prefix: keyPrefix + prefix },
    Status: 'Enabled' as const,
    Expiration: { Days: days },
  }));
  const parts = {
    ID: 'parts',
    Filter: { Prefix: keyPrefix },
    Status: 'Enabled' as const,
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  };
  return { Rules: [...rules, parts] };
}
