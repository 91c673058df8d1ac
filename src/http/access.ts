/** The one place where callers are asked for a key, before anything of their request is read. */

import type { RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Principal } from '../access/principal.ts';
import type { Scope } from '../access/scopes.ts';
import { ProblemError } from '../errors.ts';
import type { SharedServices } from '../services/services.ts';
import { problems, withScope } from './openapi.ts';

/** What becomes of callers who may not do this, or not now. */
const ACCESS_PROBLEMS = [
  'key-needed',
  'key-refused',
  'scope-missing',
  'rate-limited',
  'quota-used-up',
  'provider-unavailable',
] as const;

/** What becomes of those who need not show a key, and show one. */
const GUEST_PROBLEMS = ['provider-unavailable'] as const;

/** What a caller's key must allow; `none` where nobody is asked for a key, `guest` where a key may be shown. */
export type RouteScope = Scope | 'none' | 'guest';

const PRINCIPAL = 'principal';

/** Routes of these scopes paint. */
const USES_PIXELS: ReadonlySet<Scope> = new Set(['paint', 'train']);

/** Throws the problems of {@link ACCESS_PROBLEMS}. */
export async function admitCaller(
  c: Context,
  { access, limits }: SharedServices,
  scope: Scope,
): Promise<Principal> {
  const principal = await access.admit(c.req.header('authorization'), scope);
  c.set(PRINCIPAL, principal);
  const fields = await limits.count(principal, USES_PIXELS.has(scope));
  for (const [name, value] of Object.entries(fields)) c.header(name, value);
  return principal;
}

/**
 * The caller's services where a key is shown or none is needed; what all share for strangers, also those whose key does
 * not work. Throws a `provider-unavailable` problem.
 */
export async function servicesOfGuest(
  c: Context,
  services: SharedServices,
): Promise<SharedServices> {
  const authorization = c.req.header('authorization');
  const principal = await services.access.admit(authorization, undefined).catch(strangerOf);
  if (principal === undefined) return services;
  c.set(PRINCIPAL, principal);
  return services.of(principal.tenant);
}

function strangerOf(error: unknown): undefined {
  if (error instanceof ProblemError && error.status === UNAUTHORIZED) return undefined;
  throw error;
}

const UNAUTHORIZED = 401;

/** Who asks; undefined where nobody was asked for a key. */
export function principalOf(c: Context): Principal | undefined {
  return c.get(PRINCIPAL) as Principal | undefined;
}

/** What the document says of a route that asks for a key. */
export function withAccess(route: RouteConfig, scope: RouteScope): RouteConfig {
  if (scope === 'none') return { security: [], ...route };
  const { description = '', responses } = route;
  if (scope === 'guest') {
    return {
      ...route,
      description: `${description} With a key, also what is its tenant's.`.trim(),
      security: [{}, { key: [] }, { token: [] }],
      responses: { ...problems(...GUEST_PROBLEMS), ...responses },
    };
  }
  return {
    ...route,
    description: `${description} Needs a key with the scope \`${scope}\`.`.trim(),
    security: withScope(scope),
    responses: { ...problems(...ACCESS_PROBLEMS), ...responses },
  };
}
