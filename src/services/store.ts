/**
 * Where bytes are kept: a bucket, or a folder whose URLs this service signs itself; and records in a table, or beside
 * the others.
 */

import { type Config, ConfigError } from '../config/config.ts';
import { reasonOf } from '../errors.ts';
import type { BlobStore, RecordStore } from '../storage/blob-store.ts';
import { refusesConflicts } from '../storage/conditional-writes.ts';
import { fileStore } from '../storage/file-store.ts';
import * as recordKeys from '../storage/record-keys.ts';
import { lifetimeSecondsOf, type Retention, retained, retentionOf } from '../storage/retention.ts';
import { DamagedSecretError, signingSecret } from '../storage/signing-secret.ts';
import { splitStore } from '../storage/split-store.ts';
import { type UrlSigner, urlSigner } from '../storage/url-signer.ts';

export interface OpenedStore {
  readonly blobs: BlobStore;
  /** How long what lies there is kept at most. */
  readonly retention: Retention;
  /** Signs and checks URLs of blobs, where this service hands them out itself. */
  readonly signer: UrlSigner | undefined;
  /** What must answer for that, by its setting; a look rejects with a `ConfigError`. */
  readonly places: Readonly<Record<string, () => Promise<unknown>>>;
}

/** Rejects with a `ConfigError` where the bucket or the folder is not what is needed. */
export async function openStore(config: Config): Promise<OpenedStore> {
  const retention = retentionIn(config);
  const signer = config.S3_BUCKET ? undefined : await createSigner(config);
  const files = signer ? fileStore(config.DATA_DIR, signer) : await openBucket(config);
  const records = config.DYNAMODB_TABLE ? await openTable(config) : undefined;
  const store = records ? splitStore(files, records, recordKeys) : files;
  const places = {
    ...(!signer && { S3_BUCKET: () => lookInto(files).catch(noBucket(config)) }),
    ...(records && { DYNAMODB_TABLE: () => checkTable(config, records) }),
  };
  return { blobs: retained(store, retention), retention, signer, places };
}

/** Rejects with a `ConfigError` where the table does not answer, or has other keys than are needed. */
export async function checkTable(config: Config, records?: RecordStore): Promise<void> {
  await lookInto(records ?? (await openTable(config))).catch(noTable(config));
}

async function lookInto(store: RecordStore): Promise<void> {
  await store.list('probes/', { limit: 1 });
}

/** For a bucket that is not there, or does not let us in. */
export function noBucket({ S3_BUCKET, S3_ENDPOINT }: Config): (cause: unknown) => never {
  return (cause) => {
    const place = S3_ENDPOINT ? `${S3_BUCKET} at ${S3_ENDPOINT}` : S3_BUCKET;
    const message = `S3_BUCKET: Expected a bucket ${place}: ${reasonOf(cause)}`;
    throw new ConfigError(message, { cause });
  };
}

function noTable({ DYNAMODB_TABLE, DYNAMODB_ENDPOINT }: Config): (cause: unknown) => never {
  return (cause) => {
    const place = DYNAMODB_ENDPOINT ? `${DYNAMODB_TABLE} at ${DYNAMODB_ENDPOINT}` : DYNAMODB_TABLE;
    const expected = `a table ${place} whose keys are the strings pk (partition) and sk (sort)`;
    throw new ConfigError(`DYNAMODB_TABLE: Expected ${expected}: ${reasonOf(cause)}`, { cause });
  };
}

/** A server that ignores the conditions of writes would let two workers overwrite each other. */
async function openBucket(config: Config): Promise<BlobStore> {
  const { s3Store } = await import('../storage/s3-store.ts');
  const blobs = s3Store({
    bucket: config.S3_BUCKET,
    prefix: config.S3_PREFIX,
    region: config.AWS_REGION,
    endpoint: config.S3_ENDPOINT,
    publicEndpoint: config.S3_PUBLIC_ENDPOINT,
  });
  const conflicts = config.S3_ENDPOINT
    ? await refusesConflicts(blobs).catch(noBucket(config))
    : true;
  if (!conflicts) {
    throw new ConfigError(
      'S3_ENDPOINT: Expected a server with conditional writes, got one that ignores If-None-Match.',
    );
  }
  return blobs;
}

/** How long what is kept is kept at most, by the settings. */
export function retentionIn(config: Config): Retention {
  return retentionOf({
    outputTtlSeconds: config.OUTPUT_TTL_SECONDS,
    urlTtlSeconds: config.URL_TTL_SECONDS,
    resultTtlSeconds: config.RESULTS_TTL_SECONDS,
  });
}

async function openTable(config: Config): Promise<RecordStore> {
  const { dynamoStore } = await import('../storage/dynamo-store.ts');
  return dynamoStore({
    table: config.DYNAMODB_TABLE,
    region: config.AWS_REGION,
    endpoint: config.DYNAMODB_ENDPOINT,
    lifetimeSecondsOf: lifetimeSecondsOf(retentionIn(config)),
  });
}

async function createSigner({ SIGNING_SECRET: secret, DATA_DIR }: Config): Promise<UrlSigner> {
  if (secret) return urlSigner(new TextEncoder().encode(secret));
  const kept = await signingSecret(DATA_DIR).catch((cause: unknown) => {
    if (!(cause instanceof DamagedSecretError) && !isNoFolder(cause)) throw cause;
    throw new ConfigError(`DATA_DIR: ${reasonOf(cause)}`, { cause });
  });
  return urlSigner(kept);
}

function isNoFolder(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
}
