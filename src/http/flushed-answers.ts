/** For platforms that stop the process when an answer ends: spans are sent before. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { Tracing } from '../services/telemetry-services.ts';

/** The application, with answers that end when the spans of their making are sent, or take too long. */
export function flushAnswers(app: Pick<OpenAPIHono, 'fetch'>, tracing: Tracing): Hono {
  const flush = () => tracing.flush();
  return new Hono().all('*', async (c) => {
    const answer = await app.fetch(c.req.raw, c.env as object);
    if (!tracing.isSending) return answer;
    if (answer.body !== null) {
      return new Response(answer.body.pipeThrough(new TransformStream({ flush })), answer);
    }
    await flush();
    return answer;
  });
}
