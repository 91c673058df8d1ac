/** A painting is painted once, however it is asked for. */

import { describe, expect, test } from 'vitest';
import { sweep } from '../../src/runtime/consumers.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const server = useServer({ RESULTS_MAX_BYTES: String(2 ** 24), JOB_POLL_MS: '20' });
const path = '/v1/stylizations';

const post = (photo: Buffer, query: Record<string, unknown> = {}) =>
  server.post(path).query(query).type('image/jpeg').send(photo);

/** A picture that no other test has sent. */
let seed = 100;
const fresh = (): Promise<Buffer> => {
  seed += 1;
  return jpeg(48, 36, seed);
};

const told = async (answer: Promise<{ headers: Record<string, string> }>) =>
  (await answer).headers['cache-status'];

/** Steps of a job that has succeeded. */
async function stepsOf(id: string, from = server, key = ''): Promise<string[]> {
  const state = async () =>
    (await from.send(from.get(`${path}/${id}`).set(key ? bearer(key) : {}))).body;
  await expect.poll(async () => (await state()).status, { interval: 20 }).toBe('succeeded');
  return Object.keys((await state()).timings_ms);
}

describe('a painting that was answered', () => {
  test('is answered again as it was, with the same tag', async () => {
    const photo = await fresh();
    const first = await server.send(post(photo));
    const second = await server.send(post(photo));
    expect(first.headers['cache-status']).toBe('impasto; fwd=miss; stored');
    expect(second.headers['cache-status']).toBe('impasto; hit');
    expect(second.body).toEqual(first.body);
    expect(second.headers['etag']).toBe(first.headers['etag']);
    expect(second.headers['content-type']).toBe('image/jpeg');
    expect(second.headers['server-timing']).not.toMatch(/inference/);
    expect(second.headers['access-control-expose-headers']).toMatch(/cache-status/i);
  });

  test('is that of the request with its defaults spelled, and of no other', async () => {
    const photo = await fresh();
    await post(photo);
    const spelled = { style: 'starry-night', strength: 1, detail: 0.25 };
    expect(await told(server.send(post(photo, spelled)))).toMatch(/hit/);
    expect(await told(server.send(post(photo, { strength: 0.5 })))).toMatch(/miss/);
    expect(await told(server.send(post(photo, { style: 'udnie' })))).toMatch(/miss/);
    expect(await told(server.send(post(photo).set('accept', 'image/png')))).toMatch(/miss/);
  });

  test('is described as JSON, and not painted for that', async () => {
    const photo = await fresh();
    const { body: painting } = await server.send(post(photo));
    const answer = await server.send(post(photo).set('accept', 'application/json'));
    expect(answer.headers['cache-status']).toBe('impasto; hit');
    const linked = await fetch(answer.body.output.url);
    expect(Buffer.from(await linked.arrayBuffer())).toEqual(painting);
  });

  test('is not painted for a job or a batch', async () => {
    const photo = await fresh();
    await post(photo);
    const job = await server.send(post(photo).set('prefer', 'respond-async'));
    expect(await stepsOf(job.body.id)).not.toContain('inference');
    const image = `data:image/jpeg;base64,${photo.toString('base64')}`;
    const batch = await server.send(server.post('/v1/batches').send({ images: [image] }));
    expect(await stepsOf(batch.body.stylizations[0].id)).not.toContain('inference');
  });
});

describe('a painting of one tenant', () => {
  const { keys, text } = keysOf({ one: { tenant: 'one' }, two: { tenant: 'two' } });
  const guarded = useServer({ RESULTS_MAX_BYTES: String(2 ** 24), ACCESS_KEYS: text });

  test('is not there for another, who learns nothing of it', async () => {
    const photo = await fresh();
    const ask = (key: string) =>
      told(guarded.send(guarded.post(path).set(bearer(key)).type('image/jpeg').send(photo)));
    expect(await ask(keys.one)).toMatch(/stored/);
    expect(await ask(keys.two)).toMatch(/stored/);
    expect(await ask(keys.one)).toMatch(/hit/);
  });

  test('is painted again for a job of another, and not for its own', async () => {
    const photo = await fresh();
    const send = (key: string) => guarded.post(path).set(bearer(key)).type('image/jpeg');
    await guarded.send(send(keys.one).send(photo));
    const stepsFor = async (key: string) => {
      const job = send(key).set('prefer', 'respond-async').send(photo);
      const { id } = (await guarded.send(job)).body;
      return stepsOf(id, guarded, key);
    };
    expect(await stepsFor(keys.two)).toContain('inference');
    expect(await stepsFor(keys.one)).not.toContain('inference');
  });
});

test('what is kept gives way where the disk is full', async () => {
  const services = server.services();
  const kept = async () => (await services.store.list('results/', { limit: 1000 })).length;
  for (const _ of [1, 2]) await post(await fresh());
  const before = await kept();
  await sweep(services);
  expect(await kept()).toBe(before);
  await sweep({ ...services, store: { ...services.store, hasRoom: async () => false } });
  expect(await kept()).toBeLessThan(before);
});

test('what a job has painted is answered at once', async () => {
  const photo = await fresh();
  const job = await server.send(post(photo).set('prefer', 'respond-async'));
  expect(await stepsOf(job.body.id)).toContain('inference');
  expect(await told(server.send(post(photo)))).toBe('impasto; hit');
});

test('many who ask at the same moment share one painting', async () => {
  const photo = await fresh();
  // More than slots and queue hold.
  const answers = await Promise.all(Array.from({ length: 40 }, () => server.send(post(photo))));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const statuses = answers.map(({ headers }) => headers['cache-status']);
  expect(statuses.filter((status) => status?.includes('stored'))).toHaveLength(1);
});

test('what cannot be painted is refused again and again', async () => {
  const broken = (await fresh()).subarray(0, 200);
  for (const _ of [1, 2]) expect((await server.send(post(broken))).status).toBe(422);
});
