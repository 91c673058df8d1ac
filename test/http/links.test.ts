/** Links to paintings that are kept, for people. */

import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const server = useServer({ OUTPUT_TTL_SECONDS: '7200', PUBLIC_URL: 'https://paint.example' });

const { keys, text: records } = keysOf({ owner: { tenant: 'owner' } });
const locked = useServer({ ACCESS_KEYS: records });

const kept = async (id: string) => {
  const photo = await jpeg(40, 30);
  return server.send(server.put(`/v1/stylizations/${id}`).type('image/jpeg').send(photo));
};
const linkTo = (id: string) => server.send(server.post(`/v1/stylizations/${id}/links`));

describe('a link to a stylization', () => {
  test('works as long as the painting is kept, which the catalog tells', async () => {
    const { body: styles } = await server.send(server.get('/v1/styles'));
    expect(styles.link_seconds).toBe(7200);
    expect((await kept('kept')).status).toBe(200);
    const { status, body } = await linkTo('kept');
    expect(status).toBe(201);
    const { body: job } = await server.send(server.get('/v1/stylizations/kept'));
    expect(body.expires_at).toBe(job.expires_at);
    const link = new URL(body.url);
    expect(link.origin + link.pathname).toBe('https://paint.example/');
    const path = link.searchParams.get('painting')!;
    const expires = Number(new URL(path, link).searchParams.get('expires')) * 1000;
    const expected = new Date(job.expires_at).getTime();
    expect(Math.abs(expires - expected)).toBeLessThan(2000);
    const { text } = await server.get(link.pathname + link.search);
    const shown = `content="https://paint.example${path.replaceAll('&', '&amp;')}"`;
    expect(text).toContain(`property="og:image" ${shown}`);
    expect((await server.get(path)).headers['content-type']).toBe('image/jpeg');

    await request(server.url()).delete('/v1/stylizations/kept').expect(204);
    expect((await server.get(path)).status).toBe(404);
  });

  test('is one to a painting that is there', async () => {
    const { status, body } = await linkTo('nobody');
    expect([status, body.type]).toEqual([404, '/problems#stylization-not-found']);
  });

  test('is seen without a key, and made with one', async () => {
    const photo = await jpeg(40, 30);
    const path = '/v1/stylizations/own';
    await locked.put(path).set(bearer(keys.owner)).type('image/jpeg').send(photo).expect(200);
    await locked.send(locked.post(`${path}/links`)).then(({ status }) => expect(status).toBe(401));
    const { body } = await locked.send(locked.post(`${path}/links`).set(bearer(keys.owner)));
    const { origin, pathname, search, searchParams } = new URL(body.url);
    expect(origin).toBe(locked.url());
    const painting = searchParams.get('painting')!;
    expect((await locked.get(pathname + search)).text).toContain(painting.replaceAll('&', '&amp;'));
    expect((await locked.get(painting)).headers['content-type']).toBe('image/jpeg');
  });

  test('shows nothing of what else is kept', async () => {
    const { blobs } = server.services();
    const to = async (key: string) => {
      const url = await blobs.downloadUrl(key, { ttlSeconds: 60, origin: 'https://a.example' });
      const path = url.slice('https://a.example'.length);
      return (await server.get(`/?${new URLSearchParams({ painting: path })}`)).text;
    };
    expect(await to('jobs/x/output.jpeg')).toContain('/v1/blobs/jobs/x/output.jpeg?');
    for (const key of ['jobs/x/output.mp4', 'jobs/x/job.json', 'jobs/x/input-1']) {
      expect(await to(key)).toContain('https://paint.example/assets/share.jpg');
    }
  });
});
