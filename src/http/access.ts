/** The one place where callers are asked for a key, before anything of their request is read. */

import type { RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Scope } from '../access/scopes.ts';
import { KEY_SCHEME, problems } from './openapi.ts';

const PRINCIPAL = 'principal';

/** Throws `key-needed`, `key-refused` and `scope-missing` problems. */
export async function admitCaller(c: Context, access: Access, scope: Scope): Promise<Principal> {
  const principal = await access.admit(c.req.header('authorization'), scope);
  c.set(PRINCIPAL, principal);
  return principal;
}

/** Who asks; undefined where nobody was asked for a key. */
export function principalOf(c: Context): Principal | undefined {
  return c.get(PRINCIPAL) as Principal | undefined;
}

/** What the document says of a route that asks for a key. */
export function withAccess(route: RouteConfig, scope: Scope | 'none'): RouteConfig {
  if (scope === 'none') return route;
  const { description = '', responses } = route;
  return {
    ...route,
    description: `${description} Needs a key with the scope \`${scope}\`.`.trim(),
    security: [{ [KEY_SCHEME.name]: [scope] }],
    responses: { ...problems('key-needed', 'key-refused', 'scope-missing'), ...responses },
  };
}
