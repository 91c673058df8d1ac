/** Where bytes are kept: a bucket, or a folder whose URLs this service signs itself. */

import { type Config, ConfigError } from '../config/config.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { refusesConflicts } from '../storage/conditional-writes.ts';
import { fileStore } from '../storage/file-store.ts';
import { type Retention, retained, retentionOf } from '../storage/retention.ts';
import { DamagedSecretError, signingSecret } from '../storage/signing-secret.ts';
import { type UrlSigner, urlSigner } from '../storage/url-signer.ts';

export interface OpenedStore {
  readonly blobs: BlobStore;
  /** How long what lies there is kept at most. */
  readonly retention: Retention;
  /** Signs and checks URLs of blobs, where this service hands them out itself. */
  readonly signer: UrlSigner | undefined;
}

/** Rejects with a `ConfigError` where the bucket or the folder is not what is needed. */
export async function openStore(config: Config): Promise<OpenedStore> {
  const retention = retentionOf({
    outputTtlSeconds: config.OUTPUT_TTL_SECONDS,
    urlTtlSeconds: config.URL_TTL_SECONDS,
    resultTtlSeconds: config.RESULTS_TTL_SECONDS,
  });
  const signer = config.S3_BUCKET ? undefined : await createSigner(config);
  const store = signer ? fileStore(config.DATA_DIR, signer) : await openBucket(config);
  return { blobs: retained(store, retention), retention, signer };
}

/** For a bucket that is not there, or does not let us in. */
export function noBucket({ S3_BUCKET, S3_ENDPOINT }: Config): (cause: unknown) => never {
  return (cause) => {
    const place = S3_ENDPOINT ? `${S3_BUCKET} at ${S3_ENDPOINT}` : S3_BUCKET;
    const message = `S3_BUCKET: Expected a bucket ${place}: ${messageOf(cause)}`;
    throw new ConfigError(message, { cause });
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
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

async function createSigner({ SIGNING_SECRET: secret, DATA_DIR }: Config): Promise<UrlSigner> {
  if (secret) return urlSigner(new TextEncoder().encode(secret));
  const kept = await signingSecret(DATA_DIR).catch((cause: unknown) => {
    if (!(cause instanceof DamagedSecretError) && !isNoFolder(cause)) throw cause;
    throw new ConfigError(`DATA_DIR: ${messageOf(cause)}`, { cause });
  });
  return urlSigner(kept);
}

function isNoFolder(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
}
