/** One rule for the format of a painting: whatever the way to it, at once or by job. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { picture } from '../support/pictures.ts';
import { serveLocally } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';

const server = useServer({ FETCH_PRIVATE_ADDRESSES: '127.0.0.1', JOB_POLL_MS: '20' });
const path = '/v1/stylizations';

const small = () => picture(24, 18);
const PHOTOS: Readonly<Record<string, Buffer>> = {
  'image/jpeg': await small().jpeg().toBuffer(),
  'image/png': await small().png().toBuffer(),
  'image/webp': await small().webp().toBuffer(),
  'image/gif': await small().gif().toBuffer(),
};

let origin: Awaited<ReturnType<typeof serveLocally>>;
beforeAll(async () => {
  origin = await serveLocally(({ url = '' }, response) => response.end(PHOTOS[url.slice(1)]));
});
afterAll(() => origin.close());

/** What names or holds a photograph, in the ways there are. */
const WAYS: Readonly<Record<string, (type: string, photo: Buffer) => Promise<object | Buffer>>> = {
  bytes: async (_, photo) => photo,
  'a data URL': async (type, photo) => ({
    image: `data:${type};base64,${photo.toString('base64')}`,
  }),
  'an address': async (type) => ({ image: `${origin.url}/${type}` }),
  'an upload': async (type, photo) => {
    const { body } = await server
      .post('/v1/uploads')
      .send({ media_type: type, bytes: photo.length });
    const { url, headers } = body.put;
    await fetch(url, { method: 'PUT', headers, body: new Uint8Array(photo) });
    return { image: body.image };
  },
};

const ACCEPTS = ['image/*', 'image/png;q=0.5, image/jpg'];

const cells = Object.keys(WAYS).flatMap((way) =>
  Object.keys(PHOTOS).flatMap((type) => ACCEPTS.map((accept) => ({ way, type, accept }))),
);

test.each(cells)('$type as $way for $accept', async ({ way, type, accept }) => {
  const body = await WAYS[way]!(type, PHOTOS[type]!);
  const ask = (headers: Record<string, string>) =>
    server
      .post(path)
      .type(Buffer.isBuffer(body) ? type : 'application/json')
      .set({ accept, ...headers })
      .send(body);
  const now = await server.send(ask({}));
  expect(now.status).toBe(200);
  const { id } = (await server.send(ask({ prefer: 'respond-async' }))).body;
  await expect
    .poll(async () => (await server.get(`${path}/${id}`)).body.status, { interval: 20 })
    .toBe('succeeded');
  const later = await server.send(server.get(`${path}/${id}/output`));
  expect(later.headers['content-type']).toBe(now.headers['content-type']);
});

test('a repeated PUT gets what was painted, or is told that it does not take it', async () => {
  const put = (accept: string) =>
    server.send(
      server.put(`${path}/again`).type('image/png').set({ accept }).send(PHOTOS['image/png']),
    );
  expect((await put('image/webp')).headers['content-type']).toBe('image/webp');
  expect((await put('image/*')).headers['content-type']).toBe('image/webp');
  expect((await put('image/jpeg')).body).toMatchObject({
    type: '/problems#not-acceptable',
    detail: expect.stringContaining('image/webp'),
  });
  expect((await put('application/json')).body).toMatchObject({
    output: { media_type: 'image/webp' },
  });
});
