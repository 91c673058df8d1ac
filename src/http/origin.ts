/** How callers reach this service. */

import type { Context } from 'hono';
import type { Config } from '../config/config.ts';
import { ProblemError } from '../errors.ts';

/** A job keeps it; host names have 253 characters at most. */
const MAX_ORIGIN_CHARACTERS = 300;

/** PUBLIC_URL where it is set, or what this request was addressed to. */
export function originOf(c: Context, { PUBLIC_URL }: Config): string {
  const origin = PUBLIC_URL || new URL(c.req.url).origin;
  if (origin.length <= MAX_ORIGIN_CHARACTERS) return origin;
  throw new ProblemError('invalid-request', 'Expected a Host of at most 253 characters, got more.');
}
