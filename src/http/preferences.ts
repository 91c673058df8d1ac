/** How a caller wants to be answered: Prefer (RFC 7240), Cancel-After, Idempotency-Key. */

import type { Context } from 'hono';
import { ProblemError } from '../errors.ts';
import { sha256Hex } from '../host/digest.ts';

export interface Preferences {
  /** Be answered at once, and come back for the result. */
  readonly respondAsync: boolean;
  /** Longest wait for the result, where the caller has said. */
  readonly waitMs: number | undefined;
  /** The work is given up after so long. */
  readonly cancelAfterMs: number | undefined;
}

const UNITS_MS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** A job's deadline may be a day away at most. */
const MAX_CANCEL_AFTER_MS = 86_400_000;

/** Throws an `invalid-request` problem for a Cancel-After that is none. */
export function readPreferences(c: Context): Preferences {
  const preferences = new Map(
    (c.req.header('prefer') ?? '').split(/[,;]/).map((item) => {
      const [name = '', value = ''] = item.split('=');
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
  const wait = /^\d+$/.exec(preferences.get('wait') ?? '')?.[0];
  const cancelAfter = c.req.header('cancel-after');
  return {
    respondAsync: preferences.has('respond-async'),
    waitMs: wait === undefined ? undefined : Number(wait) * 1000,
    cancelAfterMs: cancelAfter === undefined ? undefined : duration(cancelAfter),
  };
}

function duration(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smh]?)$/.exec(text.trim()) ?? [];
  const milliseconds = Number(amount) * (UNITS_MS[unit] ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= MAX_CANCEL_AFTER_MS) return milliseconds;
  throw new ProblemError(
    'invalid-request',
    `Expected a Cancel-After such as 30, 90s or 5m, up to 24h, got ${JSON.stringify(text.slice(0, 80))}.`,
  );
}

const MAX_KEY_CHARACTERS = 255;

/**
 * The id that belongs to an Idempotency-Key
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/); undefined where
 * there is none.
 */
export function idOfIdempotencyKey(c: Context): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return undefined;
  if (key.trim() === '' || key.length > MAX_KEY_CHARACTERS) {
    const detail = `Expected an Idempotency-Key of 1 to ${MAX_KEY_CHARACTERS} characters, got ${key.length}.`;
    throw new ProblemError('invalid-request', detail);
  }
  return `k-${sha256Hex(key).slice(0, 40)}`;
}
