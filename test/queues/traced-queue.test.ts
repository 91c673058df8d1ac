/** A message belongs to its sender's trace wherever it is handled, and to none where it says nothing of one. */

import { beforeAll, expect, test } from 'vitest';
import type { Queue } from '../../src/queues/queue.ts';
import { inTraces, tracedQueue } from '../../src/queues/traced-queue.ts';
import {
  continueTrace,
  keepTraceContexts,
  traceHeaders,
  traceIds,
} from '../../src/telemetry/trace-context.ts';

const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const IDS = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) };

beforeAll(keepTraceContexts);

const sentBy = async (send: (queue: Queue) => Promise<void>) => {
  const sent: { body: string; during: object }[] = [];
  const queue: Queue = {
    async send(body) {
      sent.push({ body, during: traceIds() });
    },
    consume: () => Promise.reject(new Error('nobody consumes')),
    async check() {},
    backlog: async () => undefined,
  };
  await send(tracedQueue(queue, 'jobs'));
  return { queue, sent };
};

const handledIn = async (queue: Queue, body: string) => {
  let ids: object = {};
  await inTraces(queue, 'jobs', async () => {
    await Promise.resolve();
    ids = traceIds();
  })({ body, receives: 1 });
  return ids;
};

test('what is sent in a trace is handled in it, and the queue itself is in none', async () => {
  const headers = { traceparent: TRACEPARENT, tracestate: 'a=b' };
  const { queue, sent } = await sentBy((traced) =>
    continueTrace(headers, () => traced.send('{"job":"a"}')),
  );
  expect(sent).toEqual([{ body: JSON.stringify({ job: 'a', ...headers }), during: {} }]);
  expect(await handledIn(queue, sent[0]!.body)).toEqual(IDS);
});

test('what is sent outside of one says nothing', async () => {
  const { sent } = await sentBy((traced) => traced.send('{"job":"a"}'));
  expect(sent).toEqual([{ body: '{"job":"a"}', during: {} }]);
});

test.each([
  ['an earlier version has sent', '{"job":"a"}'],
  ['has no text in it', '{"job":"a","traceparent":7,"tracestate":[]}'],
  ['has another text in it', '{"job":"a","traceparent":"00-aa-bb-01"}'],
  ['is no JSON', 'job a'],
])('what %s is handled in no trace, whoever hands it out', async (_, body) => {
  const { queue } = await sentBy(async () => {});
  const ids = await continueTrace({ traceparent: TRACEPARENT }, () => handledIn(queue, body));
  expect(ids).toEqual({});
});

test('a failure is passed on', async () => {
  const { queue } = await sentBy(async () => {});
  const fail = inTraces(queue, 'jobs', () => Promise.reject(new Error('no')));
  await expect(fail({ body: '{}', receives: 1 })).rejects.toThrow('no');
});

test.each([
  TRACEPARENT.replace('00-', 'ff-'),
  TRACEPARENT.toUpperCase(),
  `${TRACEPARENT}-more`,
  ` ${TRACEPARENT}`,
  `${TRACEPARENT}, ${TRACEPARENT}`,
  TRACEPARENT.replaceAll('a', '0'),
  TRACEPARENT.replaceAll('b', '0'),
  TRACEPARENT.slice(0, -1),
])('%s is no traceparent', (traceparent) => {
  expect(continueTrace({ traceparent }, traceHeaders)).toEqual({});
});

test.each([
  [TRACEPARENT, TRACEPARENT],
  [`${TRACEPARENT.replace('00-', '01-')}-more`, TRACEPARENT],
  [TRACEPARENT.replace(/01$/, 'ff'), TRACEPARENT],
  [TRACEPARENT.replace(/01$/, '02'), TRACEPARENT.replace(/01$/, '00')],
])('%s goes on as %s', (traceparent, told) => {
  expect(continueTrace({ traceparent }, traceHeaders)).toEqual({ traceparent: told });
});
