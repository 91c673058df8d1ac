/** The same service with its records in a DynamoDB table: jobs, lists, webhooks, tenants, the end of what is kept. */

import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sweep } from '../../src/runtime/consumers.ts';
import { startDynamo } from '../support/dynamo.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg } from '../support/pictures.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';

const { keys, text } = keysOf({ one: { tenant: 'one' }, other: { tenant: 'other' } });
const path = '/v1/stylizations';
const photo = await jpeg();

const dynamo = await startDynamo();
const table = await dynamo.createTable();
const server = useServer({
  DYNAMODB_TABLE: table,
  DYNAMODB_ENDPOINT: dynamo.endpoint,
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  JOB_POLL_MS: '20',
  ACCESS_KEYS: text,
  OUTPUT_TTL_SECONDS: '3600',
});
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await dynamo.stop();
});

type Holder = keyof typeof keys;
const put = (id: string, holder: Holder, query: Record<string, unknown> = {}) =>
  server.send(
    server
      .put(`${path}/${id}`)
      .query(query)
      .set({ ...bearer(keys[holder]), accept: 'application/json' })
      .type('image/jpeg')
      .send(photo),
  );
const get = (place: string, holder: Holder) =>
  server.send(server.get(`${path}${place}`).set(bearer(keys[holder])));

describe('with records in a table', () => {
  test('a job is painted, listed and told of, and its picture is a file', async () => {
    const painted = await put('first', 'one', { webhook: receiver.url });
    expect(painted.body).toMatchObject({ status: 'succeeded', attempts: 1 });
    const picture = await fetch(painted.body.output.url);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    await expect.poll(() => receiver.received.length).toBe(1);
    const deliveries = async () => (await get('/first/deliveries', 'one')).body.deliveries;
    await expect.poll(async () => (await deliveries())[0]?.status).toBe('delivered');
    const { body } = await get('', 'one');
    expect(body.stylizations.map(({ id }: { id: string }) => id)).toEqual(['first']);
    expect((await get('/first', 'other')).status).toBe(404);
  });

  test('lists are newest first, page by page, of one tenant', async () => {
    for (const id of ['a', 'b', 'c']) await put(id, 'other');
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await get(`?limit=2${cursor && `&cursor=${cursor}`}`, 'other');
      pages.push(body.stylizations.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    }
    expect(pages).toEqual([['c', 'b'], ['a']]);
  });

  test('twenty callers with one id make one job', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => put('same', 'other')));
    expect(answers.map(({ body }) => body.status)).toEqual(Array(20).fill('succeeded'));
    expect(answers.at(-1)?.body.attempts).toBe(1);
  });

  test('what is over is removed with its pictures, of every tenant', async () => {
    const { store } = server.services();
    for (const holder of ['one', 'other'] as const) await put('brief', holder);
    const left = async () =>
      (
        await Promise.all(
          ['tenants/jobs/', 'tenants/index/', 'tenants/expiry/'].map((prefix) =>
            store.list(prefix, { limit: 99 }),
          ),
        )
      ).flat();
    expect((await left()).length).toBeGreaterThan(9);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    try {
      await sweep(server.services());
      expect(await left()).toEqual([]);
      expect((await get('/brief', 'one')).status).toBe(404);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a job can be removed', async () => {
    await put('gone', 'one');
    const gone = await request(server.url()).delete(`${path}/gone`).set(bearer(keys.one));
    expect(gone.status).toBe(204);
    expect((await get('/gone', 'one')).status).toBe(404);
  });

  test('readiness follows the table', async () => {
    const ready = async () => (await server.get('/health/ready')).status;
    expect(await ready()).toBe(200);
    await dynamo.deleteTable(table);
    await expect.poll(ready, { timeout: 5000 }).toBe(503);
  });
});
