/** Records of keys as they are kept: who holds a key and what it allows, and of the key only digests. */

import { z } from 'zod';
import { SCOPES } from './scopes.ts';
import { isTenant } from './tenants.ts';

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: 'Expected a SHA-256 digest of 64 hex digits' });

/** More than one process answers. */
export const MAX_RATE = 10_000;

const recordSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/, { error: 'Expected an id of 12 hex digits' }),
  /** What people call it. */
  name: z.string().min(1).max(100),
  tenant: z.string().refine(isTenant, {
    error: 'Expected a tenant of up to 63 small letters, digits and hyphens',
  }),
  scopes: z.array(z.enum(SCOPES)).min(1),
  /** Of its secret, and of the one before where that still works. */
  hashes: z.array(hash).min(1).max(2),
  /** Requests a second. */
  rate: z.int().min(1).max(MAX_RATE).optional(),
  /** Pixels that its tenant may have painted on one day (UTC). */
  quota: z.int().min(1).optional(),
  createdAt: z.iso.datetime(),
  /** When it stops working; never where absent. */
  expires: z.iso.datetime().optional(),
});

export type KeyRecord = z.infer<typeof recordSchema>;

const fileSchema = z.strictObject({ keys: z.array(recordSchema) });

/** Records that cannot be read; the message says what was expected, and where. */
export class KeyRecordsError extends Error {
  override readonly name = 'KeyRecordsError';
}

/** `place` is what messages call the place. Throws a {@link KeyRecordsError}. */
export function parseRecords(bytes: Uint8Array, place: string): KeyRecord[] {
  const { success, data, error } = fileSchema.safeParse(parsedJson(bytes, place));
  if (!success) {
    const problems = error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
    throw new KeyRecordsError(`${place}: ${problems.join('; ')}.`);
  }
  const ids = data.keys.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice === undefined) return data.keys;
  throw new KeyRecordsError(`${place}: Expected each id once, got ${twice} twice.`);
}

export function recordsText(keys: readonly KeyRecord[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

function parsedJson(bytes: Uint8Array, place: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const expected = '{ "keys": […] } in JSON, as "impasto keys create" writes it';
    throw new KeyRecordsError(`${place}: Expected ${expected}.`, { cause });
  }
}
