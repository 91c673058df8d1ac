/** Who is asking: as far as waiting in turn is concerned, not who may do what. */

import type { Context } from 'hono';
import { ANYBODY } from '../access/principal.ts';
import type { Config } from '../config/config.ts';
import { principalOf } from './access.ts';

/** What `@hono/node-server` passes along; other platforms pass other things. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/**
 * The tenant of a key; without one, the configured header or the address at the other end, the same for all where
 * neither is known.
 */
export function callerOf(c: Context, { CALLER_HEADER }: Config): string {
  const principal = principalOf(c);
  if (principal && principal !== ANYBODY) return `tenant ${principal.tenant}`;
  // The nearest proxy adds to the end; what stands before it, anybody may have written.
  const named = CALLER_HEADER && c.req.header(CALLER_HEADER)?.split(',').at(-1)?.trim();
  if (named) return named;
  const bindings = c.env as NodeBindings | undefined;
  return bindings?.incoming?.socket?.remoteAddress ?? 'unknown';
}
