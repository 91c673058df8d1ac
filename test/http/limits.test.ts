/** Limits as callers meet them: what they are told, and what is refused. */

import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const photo = await jpeg();
const PIXELS = 48 * 36;

const { keys, text } = keysOf({
  slow: { tenant: 'slow', rate: 1 },
  small: { tenant: 'small', quota: 2 * PIXELS },
  sibling: { tenant: 'small' },
  free: { tenant: 'free' },
  hoarder: { tenant: 'hoarder' },
});

const server = useServer({
  ACCESS_KEYS: text,
  TENANT_STORAGE_BYTES: String(photo.byteLength + 100),
  JOB_POLL_MS: '20',
});
const path = '/v1/stylizations';

const list = (key: string) => server.send(server.get(path).set(bearer(key)));
const paint = (key: string, headers: Record<string, string> = {}) =>
  server.send(
    request(server.url()).post(path).set(bearer(key)).set(headers).type('image/jpeg').send(photo),
  );

describe('a key', () => {
  test('without limits is told of none', async () => {
    const { status, headers } = await paint(keys.free);
    expect([status, headers['ratelimit'], headers['ratelimit-policy']]).toEqual([
      200,
      undefined,
      undefined,
    ]);
  });

  test('with a rate is told what is left, and refused beyond it', async () => {
    const answers = await Promise.all([list(keys.slow), list(keys.slow), list(keys.slow)]);
    const [passed, ...refused] = answers.sort((a, b) => a.status - b.status);
    expect([passed!.status, passed!.headers['ratelimit']]).toEqual([200, '"requests";r=0;t=1']);
    for (const { status, body, headers } of refused) {
      expect([status, body.type]).toEqual([429, '/problems#rate-limited']);
      expect(headers).toMatchObject({
        'retry-after': '1',
        'ratelimit-policy': '"requests";q=1;qu="requests";w=1',
      });
    }
  });

  test('with a quota paints until it is used up, by jobs too, and can still look', async () => {
    const job = await paint(keys.sibling, { accept: 'application/json', prefer: 'wait=20' });
    expect([job.status, job.body.status]).toEqual([200, 'succeeded']);
    const left = (headers: Record<string, string>) =>
      /r=(\d+)/.exec(headers['ratelimit'] ?? '')?.[1];
    const first = await paint(keys.small);
    expect([first.status, left(first.headers)]).toEqual([200, String(PIXELS)]);
    const late = await paint(keys.small);
    expect([late.status, late.body.type]).toEqual([429, '/problems#quota-used-up']);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect((await list(keys.small)).status).toBe(200);
    expect((await paint(keys.sibling)).status).toBe(200);
  });
});

test('a tenant that keeps too much can send no more, paint at once, and make room', async () => {
  const put = (id: string) =>
    server.send(
      request(server.url())
        .put(`${path}/${id}`)
        .set(bearer(keys.hoarder))
        .set('prefer', 'wait=20')
        .type('image/jpeg')
        .send(photo),
    );
  expect((await put('first')).status).toBe(200);
  const second = await put('second');
  expect([second.status, second.body.type]).toEqual([507, '/problems#tenant-storage-full']);
  expect((await server.get(`${path}/second`).set(bearer(keys.hoarder))).status).toBe(404);
  expect((await paint(keys.hoarder)).status).toBe(200);
});
