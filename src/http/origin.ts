/** How callers reach this service. */

import type { Context } from 'hono';
import type { Config } from '../config.ts';

/** PUBLIC_URL where it is set, or what this request was addressed to. */
export function originOf(c: Context, { PUBLIC_URL }: Config): string {
  return PUBLIC_URL || new URL(c.req.url).origin;
}
