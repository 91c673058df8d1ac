/** For platforms that stop the process when an answer ends: metrics are written and spans sent before. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { Telemetry } from '../services/telemetry-services.ts';

/** The application, with answers that end when what was measured is written and spans are sent, or take too long. */
export function flushAnswers(
  app: Pick<OpenAPIHono, 'fetch'>,
  { flushMetrics, tracing }: Telemetry,
): Hono {
  const flush = () => {
    flushMetrics();
    return tracing.flush();
  };
  return new Hono().all('*', async (c) => {
    const answer = await app.fetch(c.req.raw, c.env as object);
    if (!tracing.isSending) {
      flushMetrics();
      return answer;
    }
    if (answer.body !== null) {
      return new Response(answer.body.pipeThrough(new TransformStream({ flush })), answer);
    }
    await flush();
    return answer;
  });
}
