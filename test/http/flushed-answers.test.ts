/** On a platform that stops the process at the end of an answer, spans are sent before that. */

import { OpenAPIHono } from '@hono/zod-openapi';
import { expect, test } from 'vitest';
import { flushAnswers } from '../../src/http/flushed-answers.ts';

const tracingWith = (isSending: boolean) => {
  const happened: string[] = [];
  const flush = async () => {
    await new Promise(setImmediate);
    happened.push('sent');
  };
  return { happened, tracing: { isSending, flush, async stop() {} } };
};

const inner = new OpenAPIHono();
inner.get('/picture', (c) => c.body('pixels', 200, { 'content-type': 'image/png' }));
inner.get('/unchanged', (c) => c.body(null, 304, { etag: '"1"' }));

test.each([
  ['/picture', 'GET', 200, 'pixels'],
  ['/picture', 'HEAD', 200, ''],
  ['/unchanged', 'GET', 304, ''],
])(
  '%s %s is answered as it is, and ends when spans are sent',
  async (path, method, status, body) => {
    const { happened, tracing } = tracingWith(true);
    const answer = await flushAnswers(inner, tracing).request(path, { method });
    const text = await answer.text();
    happened.push('ended');
    expect([answer.status, text]).toEqual([status, body]);
    expect(happened).toEqual(['sent', 'ended']);
  },
);

test('nothing is waited for where nothing is sent', async () => {
  const { happened, tracing } = tracingWith(false);
  const answer = await flushAnswers(inner, tracing).request('/picture');
  expect([await answer.text(), answer.headers.get('content-type')]).toEqual([
    'pixels',
    'image/png',
  ]);
  expect(happened).toEqual([]);
});
