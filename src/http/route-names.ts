/** Which route answers a request, and what may be told of the path that was asked for. */

import type { Context } from 'hono';

const ROUTE = 'route';

/** Notes the template of the route that answers. */
export function nameRoute(c: Context, template: string): void {
  c.set(ROUTE, template);
}

/** Undefined where no route has answered. */
export function routeOf(c: Context): string | undefined {
  return c.get(ROUTE) as string | undefined;
}

/** What a route may name in its path without giving away what somebody has signed. */
const OPEN_PARAMETERS: ReadonlySet<string> = new Set(['{id}']);

/** What may be told of the path: the route's template instead, where a signature may be in it. */
export function toldPath(c: Context): string {
  const route = routeOf(c) ?? '';
  const parameters = route.match(/\{\w+\}/g) ?? [];
  return parameters.every((parameter) => OPEN_PARAMETERS.has(parameter)) ? c.req.path : route;
}
