import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response } from 'supertest';
import { describe, expect, test } from 'vitest';
import { startServer } from '../../src/runtime/server.ts';
import { createServices } from '../../src/services/services.ts';
import { jpeg } from '../support/pictures.ts';
import { testConfig, useServer } from '../support/server.ts';

const large = await jpeg(700, 600);

describe('a server of one slot and a queue of two', () => {
  const server = useServer({ SLOTS: '1', QUEUE_SIZE: '2', THREADS: '1' });
  const post = (): Promise<Response> =>
    server.send(server.post('/v1/stylizations').type('image/jpeg').send(large));

  test('refuses what it cannot do soon, does the rest, and recovers', async () => {
    await post();
    const answers = await Promise.all(Array.from({ length: 10 }, post));
    const accepted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 503);
    expect(accepted.length).toBeGreaterThanOrEqual(3);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(accepted.length + refused.length).toBe(10);
    for (const answer of refused) {
      expect(answer.body.type).toBe('/problems#slots-full');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    expect((await post()).status).toBe(200);
  });
});

describe('a server in a hurry', () => {
  const server = useServer({ REQUEST_TIMEOUT_MS: '20', SLOTS: '1', THREADS: '1' });

  test('answers 504 after its deadline', async () => {
    const answer = await server.send(
      server.post('/v1/stylizations').type('image/jpeg').send(large),
    );
    expect([answer.status, answer.body.type]).toEqual([504, '/problems#deadline-exceeded']);
    await expect
      .poll(async () => (await server.get('/health/ready')).body.running, { timeout: 10_000 })
      .toBe(0);
  });
});

describe('a server with room for one large body', () => {
  const server = useServer({ BODY_BUDGET_BYTES: '1000000' });

  test('refuses a second one while it holds the first, and takes it afterwards', async () => {
    const socket = connect(server.port(), '127.0.0.1');
    const head = 'POST /v1/stylizations HTTP/1.1\r\nhost: a\r\ncontent-type: image/jpeg\r\n';
    socket.write(`${head}content-length: 990000\r\n\r\n`);
    socket.write(Buffer.alloc(989_999));
    await expect.poll(() => server.services().bodyBudget.heldBytes).toBe(989_999);
    const post = () => server.send(server.post('/v1/stylizations').type('image/jpeg').send(large));
    await expect.poll(async () => (await post()).status, { timeout: 5000 }).toBe(503);
    socket.destroy();
    await expect.poll(async () => (await post()).status, { timeout: 5000 }).toBe(200);
  });
});

test('shutting down answers 503 on connections that stay open', async () => {
  const running = await startServer(await createServices(testConfig()));
  const socket = connect(running.port, '127.0.0.1');
  let answers = '';
  socket.on('data', (data) => {
    answers += data.toString('latin1');
  });
  const url = `http://127.0.0.1:${running.port}`;
  const painting = request(url)
    .post('/v1/stylizations')
    .type('image/jpeg')
    .send(large)
    .then((r) => r);
  socket.write('GET /v1/styles HTTP/1.1\r\nhost: a\r\n\r\n');
  await expect.poll(() => answers).toContain('200 OK');
  const stopped = running.stop();
  socket.write('GET /v1/styles HTTP/1.1\r\nhost: a\r\n\r\n');
  await expect.poll(() => answers).toContain('/problems#shutting-down');
  expect(answers).toMatch(/503 Service Unavailable[\s\S]*connection: close/i);
  expect((await painting).status).toBe(200);
  await stopped;
});

test('before it shuts down it says so to probes, and still answers', async () => {
  const config = testConfig({ SHUTDOWN_DELAY_MS: '1500' });
  const running = await startServer(await createServices(config));
  const url = `http://127.0.0.1:${running.port}`;
  const ready = async () => (await request(url).get('/health/ready')).body.status;
  await expect.poll(ready, { timeout: 5000 }).toBe('ok');
  const stopped = running.stop();
  expect(running.stop()).toBe(stopped);
  expect(await ready()).toBe('draining');
  expect((await request(url).get('/v1/styles')).status).toBe(200);
  await stopped;
  await expect(request(url).get('/health/live')).rejects.toThrow();
});

test('what was never ready ends without the delay', async () => {
  const config = testConfig({ SHUTDOWN_DELAY_MS: '3600000' });
  const running = await startServer(await createServices(config));
  await running.stop();
  await expect(request(`http://127.0.0.1:${running.port}`).get('/health/live')).rejects.toThrow();
});

test('shutting down finishes what was accepted and refuses what was not', async () => {
  const running = await startServer(await createServices(testConfig()));
  const url = `http://127.0.0.1:${running.port}`;
  expect((await request(url).get('/health/live')).body.status).toBe('ok');
  await expect
    .poll(async () => (await request(url).get('/health/ready')).status, { timeout: 5000 })
    .toBe(200);
  const accepted = request(url)
    .post('/v1/stylizations')
    .type('image/jpeg')
    .send(large)
    .then((r) => r);
  await sleep(60);
  const stopped = running.stop();
  expect((await accepted).status).toBe(200);
  await stopped;
  await expect(request(url).get('/health/live')).rejects.toThrow(/ECONNREFUSED/);
});
