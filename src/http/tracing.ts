/** Every request has a span, which continues the trace of whoever has sent it. */

import type { MiddlewareHandler } from 'hono';
import { continueTrace } from '../telemetry/trace-context.ts';
import { inSpan } from '../telemetry/tracing.ts';
import { principalOf } from './access.ts';
import { isProbe, methodOf, requestIdOf } from './observation.ts';
import { problemOf } from './problem.ts';
import { routeOf, toldPath } from './route-names.ts';

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
          'url.path': route && toldPath(c),
          'impasto.tenant': principalOf(c)?.tenant,
          'impasto.problem': problemOf(c),
        });
        if (status >= 500) span.fail(problemOf(c) ?? String(status));
      }),
    );
  };
}
