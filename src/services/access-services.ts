/** Who may call, from the settings: where keys are, and whether the service may be open. */

import { type Access, createAccess } from '../access/access.ts';
import { isLoopback } from '../access/exposure.ts';
import { filePlace, type KeyPlace, objectPlace, settingPlace } from '../access/key-places.ts';
import { openKeyRing } from '../access/key-ring.ts';
import { KeyRecordsError } from '../access/records.ts';
import { createTokens, type Tokens } from '../access/tokens.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { listOf } from '../config/kinds.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Log } from '../telemetry/log.ts';
import { noBucket } from './store.ts';

/** Rejects with a `ConfigError` where records of keys cannot be read. */
export async function createAccessOf(config: Config, blobs: BlobStore, log: Log): Promise<Access> {
  const mode = config.ACCESS;
  const places = mode === 'open' ? [] : placesOf(config, blobs);
  const ring = await openKeyRing(places, {
    maxAgeMs: config.ACCESS_MAX_AGE_SECONDS * 1000,
    onError: (err, place) => log.error({ err, place }, 'keys cannot be read: the known ones hold'),
  }).catch((cause: unknown) => {
    if (cause instanceof KeyRecordsError) throw new ConfigError(cause.message, { cause });
    return config.S3_BUCKET ? noBucket(config)(cause) : Promise.reject(cause);
  });
  return createAccess({ mode, ring, tokens: tokensOf(config) });
}

/** Where others can call, there must be keys, or a decision. `host` is undefined where nobody can tell. */
export async function checkExposure(
  access: Access,
  { ACCESS }: Config,
  host: string | undefined,
): Promise<void> {
  if (ACCESS === 'open' || !(await access.isOpen())) return;
  if (host !== undefined && isLoopback(host)) return;
  const place = host === undefined ? 'where others can call' : `on ${host}, where others can call`;
  throw new ConfigError(
    `ACCESS: Expected keys ${place}: make one with "impasto keys create", with the settings of this ` +
      'service; or ACCESS=keys, to start before there is one; or ACCESS=open, to let everybody in. ' +
      'Without any of these, the service listens on loopback addresses only.',
  );
}

function tokensOf(config: Config): Tokens | undefined {
  if (config.ACCESS_JWKS_URL === '') return undefined;
  return createTokens({
    jwksUrl: config.ACCESS_JWKS_URL,
    issuer: config.ACCESS_JWT_ISSUER,
    audience: config.ACCESS_JWT_AUDIENCE,
    algorithms: listOf(config.ACCESS_JWT_ALGORITHMS),
    rate: config.ACCESS_JWT_RATE || undefined,
    quota: config.ACCESS_JWT_QUOTA || undefined,
  });
}

function placesOf({ ACCESS_KEYS, ACCESS_KEYS_FILE }: Config, blobs: BlobStore): KeyPlace[] {
  const kept = ACCESS_KEYS_FILE ? filePlace(ACCESS_KEYS_FILE) : objectPlace(blobs);
  return ACCESS_KEYS ? [settingPlace('ACCESS_KEYS', ACCESS_KEYS), kept] : [kept];
}
