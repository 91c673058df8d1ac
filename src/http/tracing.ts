/** Every request has a span, which continues the trace of whoever has sent it. */

import type { Context, MiddlewareHandler } from 'hono';
import { continueTrace } from '../telemetry/trace-context.ts';
import { inSpan } from '../telemetry/tracing.ts';
import { principalOf } from './access.ts';
import { isProbe, methodOf, requestIdOf, routeOf } from './observation.ts';
import { problemOf } from './problem.ts';

/** After https://opentelemetry.io/docs/specs/semconv/http/http-spans/; probes have none. */
export function traceRequests(): MiddlewareHandler {
  return function traceRequest(c, next) {
    if (isProbe(c.req.path)) return next();
    const traceparent = c.req.header('traceparent');
    const tracestate = c.req.header('tracestate');
    const method = methodOf(c) ?? '_OTHER';
    const attributes = {
      'http.request.method': method,
      'url.scheme': new URL(c.req.url).protocol.slice(0, -1),
      'impasto.request.id': requestIdOf(c),
    };
    return continueTrace({ traceparent, tracestate }, () =>
      inSpan(method, { kind: 'server', attributes }, async (span) => {
        await next();
        const { status } = c.res;
        const route = routeOf(c);
        if (route !== undefined) span.rename(`${method} ${route}`);
        span.set({
          'http.route': route,
          'http.response.status_code': status,
          'url.path': pathOf(c, route),
          'impasto.tenant': principalOf(c)?.tenant,
          'impasto.problem': problemOf(c),
        });
        if (status >= 500) span.fail(problemOf(c) ?? String(status));
      }),
    );
  };
}

/** What a route may name in its path without giving away what somebody has signed. */
const OPEN_PARAMETERS = new Set(['{id}']);

/** The template stands for paths that may have a signature in them; nothing for those that no route knows. */
function pathOf(c: Context, route: string | undefined): string | undefined {
  const parameters = route?.match(/\{\w+\}/g) ?? [];
  const isOpen = parameters.every((parameter) => OPEN_PARAMETERS.has(parameter));
  return route !== undefined && isOpen ? c.req.path : route;
}
