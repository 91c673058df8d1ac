/** Styles that tenants have learned: seen, painted with and deleted by them alone, on every server of a store. */

import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { bearer, keysOf } from '../support/keys.ts';
import { learnedLike } from '../support/learned.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const { keys, text } = keysOf({
  owner: { tenant: 'owner' },
  painter: { tenant: 'owner', scopes: ['paint'] },
  other: { tenant: 'other' },
});
const shared = { ACCESS_KEYS: text, DATA_DIR: temporary(), RESULTS_MAX_BYTES: '100000000' };
const server = useServer(shared);
const twin = useServer(shared);
const photo = await jpeg(96, 64);

type Method = 'get' | 'post' | 'delete';
const as = (holder: keyof typeof keys, method: Method, path: string, where = server) =>
  request(where.url())[method](path).set(bearer(keys[holder]));
const paint = (holder: keyof typeof keys, style: string, where = server) =>
  as(holder, 'post', '/v1/stylizations', where)
    .query({ style, format: 'png' })
    .type('image/jpeg')
    .send(photo);
const learn = async (like: string, id = 'own') => {
  const { style, files } = await learnedLike(like, id);
  await server.services().of('owner').learned.keep(style, files, crypto.randomUUID());
};

beforeAll(() => learn('udnie'));

describe('a learned style', () => {
  test('is told of to its tenant, and to nobody else', async () => {
    const path = '/v1/styles/own';
    const shown = await server.send(as('owner', 'get', path));
    expect(shown.body).toMatchObject({ id: 'own', title: 'Own' });
    expect(shown.headers['cache-control']).toBe('private, no-cache');
    expect((await server.send(as('painter', 'get', `${path}/preview`))).status).toBe(200);
    expect((await server.send(as('painter', 'get', `${path}/weights.bin`))).status).toBe(200);
    for (const asked of [as('other', 'get', path), server.get(path)]) {
      const answer = await server.send(asked);
      expect([answer.status, answer.body.type]).toEqual([404, '/problems#style-not-found']);
    }
    const listed = async (asked: request.Test) =>
      (await server.send(asked)).body.styles.some(({ id }: { id: string }) => id === 'own');
    expect(await listed(as('owner', 'get', '/v1/styles'))).toBe(true);
    expect(await listed(as('other', 'get', '/v1/styles'))).toBe(false);
    expect(await listed(server.get('/v1/styles'))).toBe(false);
  });

  test('is painted with as any other, and mixed with others, on every server of the store', async () => {
    const [own, same] = [await paint('owner', 'own'), await paint('owner', 'udnie')];
    expect([own.status, same.status]).toEqual([200, 200]);
    expect(own.body).toEqual(same.body);
    expect((await paint('painter', 'own', twin)).body).toEqual(own.body);
    const mixed = await paint('owner', 'own:0.5,great-wave:0.5');
    expect((await pixelsOf(mixed.body)).width).toBe(96);
    expect((await server.send(paint('other', 'own'))).status).toBe(404);
    const job = await as('owner', 'post', '/v1/stylizations')
      .query({ style: 'own' })
      .set('prefer', 'wait=20')
      .accept('application/json')
      .type('image/jpeg')
      .send(photo);
    expect([job.status, job.body.status, job.body.style]).toEqual([200, 'succeeded', 'own']);
  });

  test('that was deleted and learned anew never paints with the old weights', async () => {
    await learn('udnie', 'changing');
    const before = await paint('owner', 'changing');
    const gone = await server.send(as('owner', 'delete', '/v1/styles/changing'));
    expect(gone.status).toBe(204);
    expect((await paint('owner', 'changing')).status).toBe(404);
    await learn('great-wave', 'changing');
    const after = await paint('owner', 'changing');
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
    expect(after.body).not.toEqual(before.body);
    expect(after.body).toEqual((await paint('owner', 'great-wave')).body);
  });

  test('is deleted by those who may train, where it is theirs', async () => {
    await learn('udnie', 'brief');
    const remove = (holder: keyof typeof keys, id = 'brief') =>
      server.send(as(holder, 'delete', `/v1/styles/${id}`));
    expect((await remove('painter')).status).toBe(403);
    expect((await remove('other')).status).toBe(404);
    expect((await remove('owner')).status).toBe(204);
    expect((await remove('owner')).status).toBe(404);
  });
});

test('a style that ships is not deleted', async () => {
  const answer = await server.send(as('owner', 'delete', '/v1/styles/udnie'));
  expect([answer.status, answer.body.type]).toEqual([403, '/problems#forbidden']);
  expect((await paint('owner', 'udnie')).status).toBe(200);
});

test('who shows a key that does not work is a stranger', async () => {
  const shown = server.send(server.get('/v1/styles').set(bearer('imp_x_y')));
  expect((await shown).body).toEqual((await server.get('/v1/styles')).body);
});
