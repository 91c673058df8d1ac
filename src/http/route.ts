/**
 * A route as one value: what the OpenAPI document says of it, what it takes as its body, and what answers it.
 * Its path is written once, and its body can be had in no other way than under its policy.
 */

import type { OpenAPIHono, RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Services, SharedServices } from '../services/services.ts';
import { admitCaller, type RouteScope, servicesOfGuest, withAccess } from './access.ts';
import { type BodyPolicy, type ReceiveBody, receiver } from './body.ts';
import type { Tag } from './openapi.ts';
import { nameRoute } from './route-names.ts';
import { parseFields } from './validation.ts';

export interface Contract<Admitted = unknown> extends Omit<RouteConfig, 'tags'> {
  readonly tags?: readonly Tag[];
  readonly scope: RouteScope;
  readonly body?: BodyPolicy;
  /** Who may send a body at all, asked before anything is said of the body. Throws a problem. */
  readonly admit?: (c: Context) => Admitted;
  /** Where it is served, where that is not what the document's path says. */
  readonly servedAt?: string;
  readonly isDocumented?: false;
}

type Parsed<C extends Contract, Part extends 'params' | 'query'> = C extends {
  readonly request: Readonly<Record<Part, infer Schema extends z.ZodType>>;
}
  ? z.infer<Schema>
  : Record<never, never>;

/** A request, as far as its route's contract goes. */
export interface Call<C extends Contract> {
  readonly c: Context;
  readonly params: Parsed<C, 'params'>;
  /** Parameters without text count as absent. Throws an `invalid-request` problem. */
  readonly query: () => Parsed<C, 'query'>;
  /** Gives the body under the contract's policy. */
  readonly receive: C extends { readonly body: BodyPolicy } ? ReceiveBody : undefined;
  readonly admitted: C extends Contract<infer Admitted> ? Admitted : undefined;
  /** With all that is the caller's, and nothing of others; only what all share where callers may be strangers. */
  readonly services: C['scope'] extends 'none' | 'guest' ? SharedServices : Services;
}

type Answer = Response | Promise<Response>;

export interface Route {
  readonly contract: Contract;
  readonly answer: (c: Context, services: SharedServices) => Answer;
}

export function route<const C extends Contract>(
  contract: C,
  handle: (call: Call<C>) => Answer,
): Route {
  return {
    contract,
    answer(c, services) {
      const { admit, body, request } = contract;
      const admitted = admit?.(c);
      const receive = body && receiver(c, services, body);
      const query = () => {
        const given = Object.entries(c.req.query()).filter(([, text]) => text !== '');
        return parseFields(request?.query as z.ZodType, Object.fromEntries(given));
      };
      const call = { c, params: c.req.param(), query, receive, admitted, services };
      return handle(call as Call<C>);
    },
  };
}

/** Adds the routes to the document, and serves them. */
export function registerRoutes(
  app: OpenAPIHono,
  services: SharedServices,
  routes: readonly Route[],
): void {
  for (const { contract, answer } of routes) {
    const { body: _, admit: __, scope, servedAt, isDocumented = true, ...rest } = contract;
    const described = { ...rest, tags: [...(rest.tags ?? [])] };
    if (isDocumented) app.openAPIRegistry.registerPath(withAccess(described, scope));
    const path = servedAt ?? contract.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(contract.method.toUpperCase(), path, async (c) => {
      nameRoute(c, contract.path);
      if (scope === 'none') return answer(c, services);
      if (scope === 'guest') return answer(c, await servicesOfGuest(c, services));
      const { tenant } = await admitCaller(c, services, scope);
      return answer(c, services.of(tenant));
    });
  }
}

/** A route of this server that is no part of its API. */
export function page(path: string, handle: (c: Context) => Answer): Route {
  const contract = {
    method: 'get',
    path,
    scope: 'none',
    responses: {},
    isDocumented: false,
  } as const;
  return route(contract, ({ c }) => handle(c));
}
