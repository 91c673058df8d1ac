/** A route that takes a body: what the document says of it, and what it takes, as one value. */

import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Services } from '../services/services.ts';
import { type BodyPolicy, type ReceiveBody, receiver } from './body.ts';

export interface BodyContract {
  readonly route: RouteConfig;
  readonly body: BodyPolicy;
  /** Who may send a body at all, asked before anything is said of the body. Throws a problem. */
  readonly admit?: (c: Context) => void;
  /** Where it is served, where that is not what the document's path says. */
  readonly path?: string;
}

/** `receive` gives the handler its body under the contract's policy; there is no other way to it. */
export type BodyHandler = (c: Context, receive: ReceiveBody) => Promise<Response> | Response;

/** Adds the route to the document, and serves it. */
export function serveWithBody(
  app: OpenAPIHono,
  services: Services,
  { route, body, admit, path = route.path.replaceAll(/\{(\w+)\}/g, ':$1') }: BodyContract,
  handler: BodyHandler,
): void {
  app.openAPIRegistry.registerPath(route);
  app.on(route.method.toUpperCase(), path, (c) => {
    admit?.(c);
    return handler(c, receiver(c, services, body));
  });
}
