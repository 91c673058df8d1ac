/** Being called back: signed, tried again, once per event, never in the way of a job. */

import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';

const OLD = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;

const server = useServer({
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  WEBHOOK_SECRETS: `${NEW},${OLD}`,
  WEBHOOK_FIRST_DELAY_SECONDS: '0.05',
  WEBHOOK_ATTEMPTS: '4',
  JOB_POLL_MS: '20',
});
const path = '/v1/stylizations';
const photo = await jpeg();

let receiver: Receiver | undefined;
afterEach(() => receiver?.close());

const receive = async (status?: (before: number) => number): Promise<Receiver> => {
  receiver = await startReceiver(status);
  return receiver;
};

const submit = async (webhook: string, filter?: string): Promise<string> => {
  const query = { webhook, ...(filter && { webhook_events_filter: filter }) };
  const answer = await server.send(
    server.post(path).query(query).type('image/jpeg').set('prefer', 'respond-async').send(photo),
  );
  expect(answer.status).toBe(202);
  return answer.body.id;
};

const deliveries = async (id: string) =>
  (await server.send(server.get(`${path}/${id}/deliveries`))).body.deliveries;
const statusOf = async (id: string) => (await deliveries(id)).at(-1)?.status;

describe('a webhook', () => {
  test('is told the result, signed with every secret', async () => {
    const { url, received } = await receive();
    const id = await submit(`${url}/hook?a=1`);
    await expect.poll(() => received.length).toBe(1);
    const [{ headers, body, path: called }] = received as [(typeof received)[0]];
    expect(called).toBe('/hook?a=1');
    for (const secret of [NEW, OLD]) {
      const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(verified).toMatchObject({ type: 'stylization.succeeded', data: { id } });
    }
    const stranger = new Webhook(`whsec_${Buffer.alloc(24, 3).toString('base64')}`);
    expect(() => stranger.verify(body, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(NEW).verify(`${body} `, headers as Record<string, string>)).toThrow();
    const painting = await fetch(JSON.parse(body).data.output.url);
    expect(painting.headers.get('content-type')).toBe('image/jpeg');
  });

  test('is told of the events that it asked for, each under an id of its own', async () => {
    const { url, received } = await receive();
    await submit(url, 'starting,processing,succeeded');
    await expect.poll(() => received.length).toBe(3);
    const types = received.map(({ body }) => JSON.parse(body).type as string).sort();
    expect(types).toEqual(['processing', 'starting', 'succeeded'].map((s) => `stylization.${s}`));
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  });

  test('of a job that failed is told why', async () => {
    const { url, received } = await receive();
    await server.send(
      server
        .post(path)
        .query({ webhook: url })
        .type('image/gif')
        .set('prefer', 'respond-async')
        .send('GIF89a no'),
    );
    await expect.poll(() => received.length).toBe(1);
    expect(JSON.parse(received[0]!.body)).toMatchObject({
      type: 'stylization.failed',
      data: { error: { type: 'image-unreadable' } },
    });
  });
});

describe('a receiver', () => {
  test('that is down at first gets the event later, and once', async () => {
    const { url, received } = await receive((before) => (before < 2 ? 503 : 204));
    const id = await submit(url);
    await expect.poll(() => statusOf(id)).toBe('delivered');
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [delivery] = await deliveries(id);
    expect(delivery.attempts.map(({ status }: { status: number }) => status)).toEqual([
      503, 503, 204,
    ]);
  });

  test('that is gone does not delay the job, and is given up after so many attempts', async () => {
    const { url, close } = await receive();
    await close();
    const id = await submit(url);
    await expect.poll(() => statusOf(id)).toBe('abandoned');
    const [delivery] = await deliveries(id);
    expect(delivery.attempts).toHaveLength(4);
    expect(delivery.attempts[0]).toMatchObject({
      status: null,
      error: expect.stringContaining('reached'),
    });
    const job = (await server.get(`${path}/${id}`)).body;
    expect(job.status).toBe('succeeded');
  });

  test('that answers 410 is not asked again', async () => {
    const { url, received } = await receive(() => 410);
    const id = await submit(url);
    await expect.poll(() => statusOf(id)).toBe('abandoned');
    expect(received).toHaveLength(1);
  });

  test('can be told again by hand', async () => {
    const { url, received } = await receive();
    const id = await submit(url);
    await expect.poll(() => statusOf(id)).toBe('delivered');
    const [{ event }] = await deliveries(id);
    const answer = await server.send(server.post(`${path}/${id}/deliveries/${event}`));
    expect(answer.status).toBe(202);
    await expect.poll(() => received.length).toBe(2);
    expect(received[1]!.headers['webhook-id']).toBe(received[0]!.headers['webhook-id']);
    const none = await server.send(server.post(`${path}/${id}/deliveries/99`));
    expect([none.status, none.body.type]).toEqual([404, '/problems#not-found']);
  });
});

test.each([
  'http://169.254.169.254/latest',
  'http://10.0.0.1/',
  'http://[::1]/',
  'http://0/',
  'ftp://example.com',
  'http://',
  'https://',
  'http:example.com',
  'http://a.example:99999/',
  'http://a.example:0/',
  'http://a..example/',
  `http://${'a'.repeat(64)}.example/`,
  'https://user:password@a.example/',
  'http://a b.example/',
  'http://[::1/',
  `http://a.example/${'a'.repeat(2048)}`,
])('a webhook that can never be called is refused at once: %s', async (webhook) => {
  const wrong = await server.send(
    server.post(path).query({ webhook }).type('image/jpeg').send(photo),
  );
  expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/webhook']);
});

describe('a batch', () => {
  const image = `data:image/jpeg;base64,${photo.toString('base64')}`;

  test('is told of image by image, and once at the end', async () => {
    const { url, received } = await receive();
    const answer = await server.send(
      server
        .post('/v1/batches')
        .send({ images: [image, { image, style: 'udnie' }, image], strength: 0.5, webhook: url }),
    );
    expect(answer.status).toBe(202);
    const { id, stylizations } = answer.body;
    expect(stylizations.map(({ style }: { style: string }) => style)).toEqual([
      'starry-night',
      'udnie',
      'starry-night',
    ]);
    const last = () => received.filter(({ body }) => JSON.parse(body).type === 'batch.finished');
    await expect.poll(() => last().length).toBeGreaterThan(0);
    await expect.poll(() => received.length - last().length).toBe(3);
    expect(new Set(last().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(JSON.parse(last()[0]!.body).data).toMatchObject({ id, succeeded: 3, finished: true });
    const { body } = await server.send(server.get(`/v1/batches/${id}`));
    expect(body).toMatchObject({ finished: true, succeeded: 3, failed: 0 });
    expect(body.stylizations[1]).toMatchObject({ batch: id, options: { strength: 0.5 } });
  });

  test('is refused as a whole where one image is not as expected', async () => {
    const bad = { image, strength: 9 };
    const answer = await server.send(server.post('/v1/batches').send({ images: [image, bad] }));
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/images/1/strength']);
    const none = await server.send(server.post('/v1/batches').send({ images: [] }));
    expect([none.status, none.body.errors[0].pointer]).toEqual([422, '/images']);
    const missing = await server.send(server.get('/v1/batches/nothing'));
    expect([missing.status, missing.body.type]).toEqual([404, '/problems#batch-not-found']);
  });

  test('with an Idempotency-Key is one batch', async () => {
    const send = (images: string[]) =>
      server.send(server.post('/v1/batches').set('idempotency-key', 'my batch').send({ images }));
    const [first, second] = [await send([image, image]), await send([image, image])];
    expect(second.body.id).toBe(first.body.id);
    expect((await send([image])).status).toBe(409);
  });
});
