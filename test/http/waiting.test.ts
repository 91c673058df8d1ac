/** How long answers take: what callers prefer, and what connections, functions and deadlines allow. */

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { after, MAX_TIMER_MS, timerMs } from '../../src/concurrency/timers.ts';
import { answerTimeoutMs } from '../../src/http/deadline.ts';
import { connectionTimeouts } from '../../src/runtime/server.ts';
import { jpeg } from '../support/pictures.ts';
import { testConfig, useServer } from '../support/server.ts';

const REQUEST_TIMEOUT_MS = 3000;
/** Nobody works on jobs: what waits for one waits as long as it may. */
const server = useServer({ REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS) }, { WORK: false });
const path = '/v1/stylizations';
const photo = await jpeg();

const send = (method: 'post' | 'put', prefer: string | undefined, where = path) => {
  const request = server[method](where).type('image/jpeg');
  return server.send((prefer === undefined ? request : request.set('prefer', prefer)).send(photo));
};

describe('Prefer', () => {
  test.each([
    ['respond-async', 'respond-async'],
    ['RESPOND-ASYNC', 'respond-async'],
    ['respond-async, wait=1', 'respond-async, wait=1'],
    ['respond-async; wait="1"', 'respond-async, wait=1'],
    ['wait=0', 'wait=0'],
    ['wait=1', 'wait=1'],
    // Longer than the deadline, the connection, or any timer: 202 in time, and nothing is claimed.
    ['wait=20', undefined],
    ['wait=2147484', undefined],
    [`wait=${'9'.repeat(30)}`, undefined],
    ['respond-async, wait=99999999', 'respond-async'],
  ])('%s is answered 202, with what was applied: %s', async (prefer, applied) => {
    for (const answer of await Promise.all([
      send('post', prefer),
      send('put', prefer, `${path}/${crypto.randomUUID()}`),
    ])) {
      expect([answer.status, answer.headers['preference-applied']]).toEqual([202, applied]);
    }
  });

  test('nothing: 202 where the deadline passes, and no preference was applied', async () => {
    const answer = await send('put', undefined, `${path}/nothing-preferred`);
    expect([answer.status, answer.headers['preference-applied']]).toEqual([202, undefined]);
  });

  test.each(['wait=-1', 'wait=soon', 'wait', 'return=minimal', ';;,,=', ''])(
    '%j is none, and the painting is the answer',
    async (prefer) => {
      const answer = await send('post', prefer);
      expect([answer.status, answer.headers['preference-applied']]).toEqual([200, undefined]);
    },
  );
});

describe('Cancel-After', () => {
  test('holds while the caller waits, too', async () => {
    const large = await jpeg(2600, 2000);
    const answer = await server.send(
      server.post(path).type('image/jpeg').set('cancel-after', '1').send(large),
    );
    expect([answer.status, answer.body.type]).toEqual([409, '/problems#canceled']);
    expect(answer.body.detail).toContain('1000 ms');
  });

  test('that is long enough changes nothing', async () => {
    const answer = await server.send(
      server.post(path).type('image/jpeg').set('cancel-after', '24h').send(photo),
    );
    expect(answer.status).toBe(200);
  });
});

describe('connections', () => {
  test('stay open for longer than a load balancer keeps them', async () => {
    const answer = await said('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(answer).toMatch(/^keep-alive: timeout=75\r$/im);
  });

  test.each(['GET /health/live HTTP/1.0', 'HEAD /health/ready HTTP/1.0'])(
    '%s needs no Host',
    async (line) => expect(await said(`${line}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /),
  );

  test('HTTP/1.1 does need one (RFC 9112, section 3.2)', async () => {
    expect(await said('GET /health/live HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each([0, 1, 75_000, MAX_TIMER_MS])(
    'KEEP_ALIVE_TIMEOUT_MS=%s gives timeouts that fit each other',
    (timeoutMs) => {
      const config = testConfig({ KEEP_ALIVE_TIMEOUT_MS: String(timeoutMs) });
      const { keepAliveTimeout, headersTimeout, requestTimeout } = connectionTimeouts(config);
      expect(keepAliveTimeout).toBe(timeoutMs);
      expect(headersTimeout).toBeGreaterThanOrEqual(keepAliveTimeout);
      expect(requestTimeout).toBeGreaterThanOrEqual(headersTimeout);
      expect(requestTimeout).toBeLessThanOrEqual(MAX_TIMER_MS);
    },
  );

  function said(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port(), '127.0.0.1', () => socket.write(text));
      socket.once('data', (data) => {
        resolve(data.toString('latin1'));
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }
});

describe('waits', () => {
  test.each([2 ** 31, 2 ** 32, Number.MAX_VALUE, Number.POSITIVE_INFINITY])(
    'of %s ms do not end at once',
    async (ms) => {
      expect(timerMs(ms)).toBe(MAX_TIMER_MS);
      let ended = false;
      const cancel = after(ms, () => {
        ended = true;
      });
      await sleep(20);
      cancel();
      expect(ended).toBe(false);
    },
  );

  test.each([
    [undefined, 30_000],
    [60_000, 30_000],
    [29_000, 27_500],
    [1000, 0],
  ])('with %s ms left of a function, an answer takes %s ms at most', async (leftMs, most) => {
    const app = new Hono();
    const config = testConfig();
    app.get('/', (c) => c.text(String(answerTimeoutMs(c, config))));
    const lambdaContext = leftMs && { getRemainingTimeInMillis: () => leftMs };
    expect(await (await app.request('/', {}, { lambdaContext })).text()).toBe(String(most));
  });
});
