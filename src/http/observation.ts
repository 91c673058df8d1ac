/** Every request is measured, and told of in one log line when it is answered. */

import type { Context, MiddlewareHandler } from 'hono';
import type { Log } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import { principalOf } from './access.ts';
import { routeOf, toldPath } from './route-names.ts';

/** Of requests that no route answered, whatever they asked for. */
const NO_ROUTE = 'none';

/** Any other method counts as one. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/** Probes come every few seconds, and say nothing about callers. */
const PROBES = '/health/';

/** Undefined for what is none of the API's methods. */
export function methodOf({ req: { method } }: Context): string | undefined {
  return METHODS.has(method) ? method : undefined;
}

export function isProbe(path: string): boolean {
  return path.startsWith(PROBES);
}

/** As it was sent, or made here; log lines and problems name it. */
export function requestIdOf(c: Context): string {
  return c.get('requestId') as string;
}

export function observeRequests({
  log,
  meter,
}: {
  readonly log: Log;
  readonly meter: Meter;
}): MiddlewareHandler {
  let active = 0;
  meter.gauge('impasto_http_requests_active', () => [{ labels: {}, value: active }]);
  return async function observeRequest(c, next) {
    const started = performance.now();
    active += 1;
    try {
      await next();
    } finally {
      active -= 1;
      tell(c, performance.now() - started, log, meter);
    }
  };
}

function tell(c: Context, durationMs: number, log: Log, meter: Meter): void {
  const { method } = c.req;
  const { status } = c.res;
  const route = routeOf(c) ?? NO_ROUTE;
  const labels = { method: methodOf(c) ?? 'other', route, status: String(status) };
  meter.observe('impasto_http_request_duration_seconds', labels, durationMs / 1000);
  if (isProbe(route)) return;
  const { tenant, keyId } = principalOf(c) ?? {};
  const caller = keyId && { keyId, tenant };
  const asked = { requestId: requestIdOf(c), method, path: toldPath(c), ...caller };
  log.info({ ...asked, status, durationMs: Math.round(durationMs) }, 'request');
}
