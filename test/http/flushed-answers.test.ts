/** On a platform that stops the process at the end of an answer, metrics are written and spans sent before that. */

import { OpenAPIHono } from '@hono/zod-openapi';
import { expect, test } from 'vitest';
import { flushAnswers } from '../../src/http/flushed-answers.ts';

const telemetryWith = (isSending: boolean) => {
  const happened: string[] = [];
  const flush = async () => {
    await new Promise(setImmediate);
    happened.push('sent');
  };
  const flushMetrics = () => void happened.push('written');
  const tracing = { isSending, flush, async stop() {} };
  return { happened, telemetry: { flushMetrics, tracing } };
};

const inner = new OpenAPIHono();
inner.get('/picture', (c) => c.body('pixels', 200, { 'content-type': 'image/png' }));
inner.get('/unchanged', (c) => c.body(null, 304, { etag: '"1"' }));

test.each([
  ['/picture', 'GET', 200, 'pixels'],
  ['/picture', 'HEAD', 200, ''],
  ['/unchanged', 'GET', 304, ''],
])(
  '%s %s is answered as it is, and ends when metrics are written and spans sent',
  async (path, method, status, body) => {
    const { happened, telemetry } = telemetryWith(true);
    const answer = await flushAnswers(inner, telemetry).request(path, { method });
    const text = await answer.text();
    happened.push('ended');
    expect([answer.status, text]).toEqual([status, body]);
    expect(happened).toEqual(['written', 'sent', 'ended']);
  },
);

test('where no traces are sent, metrics are written all the same', async () => {
  const { happened, telemetry } = telemetryWith(false);
  const answer = await flushAnswers(inner, telemetry).request('/picture');
  expect([await answer.text(), answer.headers.get('content-type')]).toEqual([
    'pixels',
    'image/png',
  ]);
  expect(happened).toEqual(['written']);
});
