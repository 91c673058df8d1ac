/** One log line per answered request. */

import type { MiddlewareHandler } from 'hono';
import type { Log } from '../telemetry/log.ts';
import { principalOf } from './access.ts';

export function accessLog(log: Log): MiddlewareHandler {
  return async function accessLog(c, next) {
    const started = performance.now();
    try {
      await next();
    } finally {
      const { tenant, keyId } = principalOf(c) ?? {};
      log.info(
        {
          requestId: c.get('requestId') as string,
          method: c.req.method,
          path: c.req.path,
          ...(keyId && { keyId, tenant }),
          status: c.res.status,
          durationMs: Math.round(performance.now() - started),
        },
        'request',
      );
    }
  };
}
