/** Tenants: whatever one has is not there for another, on every route that takes an id. */

import request from 'supertest';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { sweep } from '../../src/runtime/consumers.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg } from '../support/pictures.ts';
import { startReceiver } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';

const { keys, text } = keysOf({
  owner: { tenant: 'owner' },
  colleague: { tenant: 'owner' },
  other: { tenant: 'other' },
  old: { tenant: 'open' },
});
type Holder = keyof typeof keys;

afterEach(() => void vi.useRealTimers());

const server = useServer({
  ACCESS_KEYS: text,
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  JOB_POLL_MS: '20',
  RESULTS_MAX_BYTES: '100000000',
});
const path = '/v1/stylizations';
const photo = await jpeg();

type Method = 'get' | 'post' | 'put' | 'delete';
const as = (holder: Holder, method: Method, where: string) =>
  request(server.url())[method](where).set(bearer(keys[holder]));
const put = (holder: Holder, id: string, body = photo) =>
  as(holder, 'put', `${path}/${id}`).type('image/jpeg').accept('application/json').send(body);

/** As an answer to a request that names an id says it, whichever id it was. */
const told = ({ status, body }: request.Response, id: string) =>
  JSON.stringify([status, { ...body, instance: '' }]).replaceAll(id, 'the-id');

interface Target {
  readonly method: Method;
  readonly path: string;
}
let targets: Target[];

beforeAll(async () => {
  const { body: document } = await server.get('/openapi.json');
  targets = Object.entries<Record<string, { requestBody?: unknown; security?: unknown }>>(
    document.paths,
  ).flatMap(([template, item]) =>
    Object.entries(item)
      .filter(([, { requestBody, security }]) => security && !requestBody)
      .filter(() => template.includes('{id}') && !template.includes('/styles/'))
      .map(([method]) => ({ method: method as Method, path: template.replace('{event}', '1') })),
  );
});

describe('what a tenant has', () => {
  test('is not found by another one, who is told no more than of what was never there', async () => {
    await server.send(put('owner', 'mine'));
    const images = [`data:image/jpeg;base64,${photo.toString('base64')}`];
    await as('owner', 'post', '/v1/batches').set('idempotency-key', 'k').send({ images });
    const { body: list } = await as('owner', 'get', path);
    const ids: string[] = list.stylizations.map(({ id }: { id: string }) => id);
    const batch = ids.find((id) => id.endsWith('-0'))!.slice(0, -2);
    expect(targets.length).toBeGreaterThan(7);
    for (const target of targets) {
      for (const id of ['mine', batch]) {
        const ask = (holder: Holder, which: string) =>
          as(holder, target.method, target.path.replace('{id}', which));
        const hidden = await server.send(ask('other', id));
        const absent = await server.send(ask('other', 'never-there'));
        expect([target, hidden.status]).toEqual([target, 404]);
        expect(told(hidden, id)).toBe(told(absent, 'never-there'));
      }
    }
    expect((await server.send(as('owner', 'get', `${path}/mine`))).status).toBe(200);
    expect((await server.send(as('colleague', 'get', `${path}/mine`))).status).toBe(200);
    expect((await as('other', 'get', path)).body.stylizations).toEqual([]);
    expect((await as('owner', 'get', path)).body.stylizations).toHaveLength(2);
  });

  test('may have the id or the key that another one has for something else', async () => {
    const other = await jpeg(40, 30);
    const [mine, theirs] = [await put('owner', 'same'), await put('other', 'same', other)];
    expect([mine.status, theirs.status]).toEqual([200, 200]);
    expect([mine.body.output.width, theirs.body.output.width]).toEqual([48, 40]);
    const post = (holder: Holder, body: Buffer) =>
      as(holder, 'post', path).set('idempotency-key', 'once').type('image/jpeg').send(body);
    expect((await post('owner', photo)).status).toBe(200);
    expect((await post('other', other)).status).toBe(200);
    expect((await post('owner', other)).status).toBe(409);
  });

  test('does not answer another one from what is kept', async () => {
    const picture = await jpeg(44, 33);
    const post = (holder: Holder) =>
      as(holder, 'post', path)
        .type('image/jpeg')
        .send(picture)
        .then(({ headers }) => headers);
    expect((await post('owner'))['cache-status']).toMatch(/stored/);
    expect((await post('colleague'))['cache-status']).toMatch(/hit/);
    expect((await post('other'))['cache-status']).toMatch(/stored/);
  });

  test('can be painted by its owner only, where it was uploaded', async () => {
    const asked = { media_type: 'image/jpeg', bytes: photo.byteLength };
    const { image, put: place } = (await as('owner', 'post', '/v1/uploads').send(asked)).body;
    const sent = await fetch(place.url, {
      method: 'PUT',
      headers: place.headers,
      body: new Uint8Array(photo),
    });
    expect(sent.status).toBe(200);
    const paint = (holder: Holder) => as(holder, 'post', path).send({ image });
    expect((await paint('owner')).status).toBe(200);
    expect([(await paint('other')).status, (await paint('other')).body.errors[0].pointer]).toEqual([
      422,
      '/image',
    ]);
  });

  test('is painted by workers, told to webhooks, and leads to its picture by a signed URL', async () => {
    const receiver = await startReceiver();
    try {
      const webhook = encodeURIComponent(receiver.url);
      const accepted = await as('owner', 'put', `${path}/told?webhook=${webhook}`)
        .type('image/jpeg')
        .set('prefer', 'respond-async')
        .send(photo);
      expect(accepted.status).toBe(202);
      await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
      const { data } = JSON.parse(receiver.received[0]!.body);
      expect([data.id, data.status]).toEqual(['told', 'succeeded']);
      expect((await fetch(data.output.url)).status).toBe(200);
      const delivered = async () =>
        (await as('owner', 'get', `${path}/told/deliveries`)).body.deliveries.at(0)?.status;
      await expect.poll(delivered).toBe('delivered');
    } finally {
      await receiver.close();
    }
  });

  test('of the time before there were keys is reached by a key of the tenant "open"', async () => {
    const { jobs } = server.services();
    expect((await put('old', 'before')).status).toBe(200);
    expect((await jobs.read('before')).status).toBe('succeeded');
    expect((await as('owner', 'get', `${path}/before`)).status).toBe(404);
  });

  test('goes when its time is over', async () => {
    await server.send(put('other', 'ends'));
    const { store } = server.services();
    const kept = async () => {
      const folders = ['jobs/other/', 'index/other/', 'expiry/other/'];
      const keys = folders.map((folder) => store.list(`tenants/${folder}`, { limit: 99 }));
      return (await Promise.all(keys)).flat().filter((key) => /\bends|_ends/.test(key)).length;
    };
    await sweep(server.services());
    expect(await kept()).toBeGreaterThan(3);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3_600_000 });
    await sweep(server.services());
    expect(await kept()).toBe(0);
  });
});
