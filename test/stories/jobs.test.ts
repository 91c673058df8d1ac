/** Submit, look, wait, cancel, come back: stylizations as jobs, over HTTP. */

import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matches } from '../support/conformance.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { serveLocally } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';

const server = useServer({ FETCH_PRIVATE_ADDRESSES: '127.0.0.1', JOB_POLL_MS: '20' });
const path = '/v1/stylizations';
const photo = await jpeg();
const large = await jpeg(1500, 1100);

const post = (body: Buffer = photo) =>
  server.post(path).type('image/jpeg').set('prefer', 'respond-async').send(body);
const put = (id: string, body: Buffer = photo, query: Record<string, unknown> = {}) =>
  server.put(`${path}/${id}`).query(query).type('image/jpeg').send(body);
const state = async (id: string) => (await server.send(server.get(`${path}/${id}`))).body;
const untilDone = (id: string) =>
  expect.poll(async () => (await state(id)).status, { interval: 20 }).toBe('succeeded');

describe('a job', () => {
  test('is accepted at once, told about, and its painting fetched', async () => {
    const accepted = await server.send(post());
    expect(accepted.status).toBe(202);
    expect(accepted.headers['preference-applied']).toBe('respond-async');
    const { id } = accepted.body;
    expect(accepted.headers['location']).toBe(`${path}/${id}`);
    await untilDone(id);
    const done = await state(id);
    expect(done).toMatchObject({ attempts: 1, error: null, style: 'starry-night' });
    expect(done.output).toMatchObject({ media_type: 'image/jpeg', width: 48, height: 36 });
    const output = await server.send(server.get(`${path}/${id}/output`));
    const linked = Buffer.from(await (await fetch(done.output.url)).arrayBuffer());
    const direct = await server.post(path).type('image/jpeg').send(photo);
    expect(output.body).toEqual(direct.body);
    expect(linked).toEqual(direct.body);
  });

  test('that fails says why, as the direct answer would', async () => {
    const bad = Buffer.from('GIF89a, but no picture');
    const { body } = await server.send(
      server.post(path).type('image/gif').set('prefer', 'respond-async').send(bad),
    );
    await expect.poll(async () => (await state(body.id)).status, { interval: 20 }).toBe('failed');
    expect((await state(body.id)).error).toMatchObject({ type: 'image-unreadable', status: 422 });
    const output = await server.send(server.get(`${path}/${body.id}/output`));
    expect([output.status, output.body.type]).toEqual([422, '/problems#image-unreadable']);
  });

  test('that nobody knows is not found, and ids have a form', async () => {
    const missing = await server.send(server.get(`${path}/nothing-here`));
    expect([missing.status, missing.body.type]).toEqual([404, '/problems#stylization-not-found']);
    const wrong = await server.send(put('..%2Fetc', photo));
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/id']);
  });

  test('can be removed, with its pictures', async () => {
    const { body } = await server.send(post());
    await untilDone(body.id);
    const { output } = await state(body.id);
    const gone = await server.send(request(server.url()).delete(`${path}/${body.id}`));
    expect(gone.status).toBe(204);
    expect((await server.get(`${path}/${body.id}`)).status).toBe(404);
    expect((await fetch(output.url)).status).toBe(404);
  });
});

describe('an id of the caller', () => {
  test('waits for the painting, and gives it again', async () => {
    const first = await server.send(put('order-1'));
    expect([first.status, first.headers['content-type']]).toEqual([200, 'image/jpeg']);
    const second = await server.send(put('order-1'));
    expect(second.body).toEqual(first.body);
    expect((await state('order-1')).attempts).toBe(1);
  });

  test('belongs to one request: another one is a conflict', async () => {
    await server.send(put('order-2'));
    for (const other of [put('order-2', large), put('order-2', photo, { strength: 0.5 })]) {
      const answer = await server.send(other);
      expect([answer.status, answer.body.type]).toEqual([409, '/problems#conflict']);
    }
  });

  test('from twenty callers at once makes one job', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => put('order-3').then((r) => r)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    for (const { body } of answers) expect(body).toEqual(answers[0]!.body);
    const { attempts } = await state('order-3');
    const { body: page } = await server.get(path).query({ limit: 100 });
    const listed = page.stylizations.filter(({ id }: { id: string }) => id === 'order-3');
    expect([attempts, listed.length]).toEqual([1, 1]);
  });

  test('an Idempotency-Key does the same for POST', async () => {
    const send = (body: Buffer) =>
      server.send(
        server
          .post(path)
          .set('accept', 'application/json')
          .set('idempotency-key', 'a key of mine')
          .type('image/jpeg')
          .send(body),
      );
    const [first, second] = [await send(photo), await send(photo)];
    expect(first.body.status).toBe('succeeded');
    expect(second.body.id).toBe(first.body.id);
    expect((await send(large)).status).toBe(409);
  });
});

describe('an end before the end', () => {
  test('canceling what is being painted frees its slot', async () => {
    const { body } = await server.send(post(large));
    await expect
      .poll(async () => (await state(body.id)).status, { interval: 5 })
      .toBe('processing');
    const answer = await server.send(server.post(`${path}/${body.id}/cancel`));
    expect(answer.body).toMatchObject({ status: 'canceled', error: { type: 'canceled' } });
    await expect
      .poll(async () => (await server.get('/health/ready')).body.running, { interval: 20 })
      .toBe(0);
    expect((await state(body.id)).status).toBe('canceled');
    const output = await server.send(server.get(`${path}/${body.id}/output`));
    expect([output.status, output.body.type]).toEqual([409, '/problems#canceled']);
  });

  test('what is finished stays finished', async () => {
    await server.send(put('order-4'));
    const answer = await server.send(server.post(`${path}/order-4/cancel`));
    expect(answer.body.status).toBe('succeeded');
  });

  test('Cancel-After gives up in time', async () => {
    const many = Array.from({ length: 12 }, () => post(large).set('cancel-after', '1s'));
    const ids = (await Promise.all(many)).map(({ body }) => body.id as string);
    const ended = async () => Promise.all(ids.map(async (id) => (await state(id)).status));
    await expect
      .poll(async () => (await ended()).every((status) => /canceled|succeeded/.test(status)))
      .toBe(true);
    expect(await ended()).toContain('canceled');
    const wrong = await server.send(post().set('cancel-after', 'soon'));
    expect(wrong.status).toBe(422);
  });
});

describe('progress', () => {
  test('comes as events, and goes on behind the last one seen', async () => {
    const { body } = await server.send(post(large));
    const stream = await fetch(`${server.url()}${path}/${body.id}/events`);
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const events = parse(await stream.text());
    expect(events.map(({ event }) => event)).toEqual([
      'queued',
      'starting',
      'processing',
      'succeeded',
    ]);
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ id: body.id, output: { width: 1500 } });
    const { body: document } = await server.get('/openapi.json');
    const isDescribed = matches(document, '#/components/schemas/StylizationEvent');
    for (const { event, data } of events) {
      expect([event, isDescribed(JSON.parse(data))]).toEqual([event, true]);
    }
    expect(isDescribed({ id: body.id, status: 'queued' })).toBe(false);
    const rest = await fetch(`${server.url()}${path}/${body.id}/events`, {
      headers: { 'last-event-id': '2' },
    });
    expect(parse(await rest.text()).map(({ id }) => id)).toEqual(['3', '4']);
  });

  function parse(text: string): { id: string; event: string; data: string }[] {
    return text
      .split('\n\n')
      .filter((block) => block.includes('event:'))
      .map((block) => {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
        return { id: field('id'), event: field('event'), data: field('data') };
      });
  }
});

describe('the list', () => {
  test('is newest first, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.unshift((await server.send(post())).body.id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, unknown> = { limit: 2, ...(cursor && { cursor }) };
      const { body } = await server.send(server.get(path).query(query));
      seen.push(...body.stylizations.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    } while (cursor !== null && seen.length < 5);
    expect(seen.slice(0, 5)).toEqual(ids);
    const wrong = await server.send(server.get(path).query({ limit: 1000 }));
    expect(wrong.status).toBe(422);
  });
});

describe('photographs from elsewhere', () => {
  let origin: Awaited<ReturnType<typeof serveLocally>>;
  let fetchedAt = 0;
  beforeAll(async () => {
    origin = await serveLocally((incoming, response) => {
      fetchedAt = Date.now();
      if (incoming.url === '/photo') response.end(photo);
      else if (incoming.url === '/moved') response.writeHead(302, { location: '/photo' }).end();
      else if (incoming.url === '/inside') {
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
      } else response.writeHead(404).end();
    });
  });
  afterAll(() => origin.close());

  const byUrl = (where: string, headers: Record<string, string> = {}) =>
    server.send(
      server
        .post(path)
        .set(headers)
        .send({ image: origin.url + where }),
    );

  test('an address is fetched, through redirects too', async () => {
    const direct = await server.post(path).type('image/jpeg').send(photo);
    for (const where of ['/photo', '/moved']) {
      const answer = await byUrl(where, { accept: 'image/jpeg' });
      expect([answer.status, answer.body]).toEqual([200, direct.body]);
    }
  });

  test('in an answer that was waited for, work began before the photograph was fetched', async () => {
    const { body } = await byUrl('/photo', { accept: 'application/json' });
    expect(Date.parse(body.created_at)).toBeLessThanOrEqual(fetchedAt);
    expect(Date.parse(body.started_at)).toBeLessThanOrEqual(fetchedAt);
    expect(Date.parse(body.completed_at)).toBeGreaterThanOrEqual(fetchedAt);
  });

  test('as a job, too', async () => {
    const { body } = await byUrl('/photo', { prefer: 'respond-async' });
    await untilDone(body.id);
  });

  test('one that leads nowhere, or inside, is a problem of the image', async () => {
    const nowhere = await byUrl('/nothing');
    expect([nowhere.status, nowhere.body.type]).toEqual([422, '/problems#source-failed']);
    const inside = await byUrl('/inside');
    expect([inside.status, inside.body.type]).toEqual([422, '/problems#source-refused']);
  });

  test('an upload goes to the store and is painted from there', async () => {
    const prepared = await server.send(
      server.post('/v1/uploads').send({ media_type: 'image/jpeg', bytes: photo.byteLength }),
    );
    expect(prepared.status).toBe(201);
    const { image, put: target } = prepared.body;
    const send = (bytes: Buffer) =>
      fetch(target.url, { method: 'PUT', headers: target.headers, body: new Uint8Array(bytes) });
    const early = await server.send(server.post(path).send({ image }));
    expect([early.status, early.body.errors[0].pointer]).toEqual([422, '/image']);
    expect((await send(large)).status).toBe(403);
    expect((await send(photo)).status).toBe(200);
    const painted = await server.send(
      server.post(path).set('accept', 'image/jpeg').send({ image }),
    );
    expect(await pixelsOf(painted.body)).toMatchObject({ width: 48, height: 36 });
    const wrong = await server.send(server.post('/v1/uploads').send({ media_type: 'text/html' }));
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/media_type',
      '/bytes',
    ]);
  });
});
