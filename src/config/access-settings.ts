/** Settings of who may call, and how much. */

import { z } from 'zod';
import { MAX_RATE } from '../access/records.ts';
import { algorithmList, httpAddress, whole } from './kinds.ts';

export const ACCESS_SETTINGS = {
  ACCESS: z
    .enum(['auto', 'keys', 'open'])
    .default('auto')
    .describe(
      'Who may call: `keys` for holders of a key, `open` for everybody, `auto` for everybody on this machine until there is a key. With `auto` and no key, only loopback addresses are listened on. See [access.md](access.md).',
    ),
  ACCESS_KEYS_FILE: z
    .string()
    .default('')
    .describe('File with records of keys; the object `access/keys.json` in the store where empty.'),
  ACCESS_KEYS: z.string().default('').describe('Records of more keys, as such a file has them.'),
  ACCESS_MAX_AGE_SECONDS: z.coerce
    .number()
    .min(0)
    .default(15)
    .describe('Until a change of keys holds in every process, at most.'),
  ACCESS_JWKS_URL: httpAddress
    .default('')
    .describe('Keys (JWKS) of a provider whose tokens (JWT) are accepted beside keys of our own.'),
  ACCESS_JWT_ISSUER: z.string().default('').describe('What `iss` of such tokens must be.'),
  ACCESS_JWT_AUDIENCE: z.string().default('').describe('What `aud` of such tokens must be.'),
  ACCESS_JWT_ALGORITHMS: algorithmList
    .default('RS256,ES256,EdDSA')
    .describe('Algorithms of such tokens; those of shared secrets are never accepted.'),
  ACCESS_JWT_RATE: whole(0)
    .max(MAX_RATE)
    .default(0)
    .describe('Requests a second of one tenant by such tokens; any number where 0.'),
  ACCESS_JWT_QUOTA: whole(0)
    .default(0)
    .describe('Pixels a day of one tenant by such tokens; any number where 0.'),
  TENANT_STORAGE_BYTES: whole(0)
    .default(0)
    .describe('Bytes that may be kept for one tenant before it can send more; any number where 0.'),
};
