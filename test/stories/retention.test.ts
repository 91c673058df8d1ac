/** What is past its time: not listed, not handed out, and gone from the disk with all that told of it. */

import { readdirSync } from 'node:fs';
import type { Test } from 'supertest';
import { afterEach, expect, test, vi } from 'vitest';
import { sweep } from '../../src/runtime/consumers.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const path = '/v1/stylizations';
const folder = temporary();
const photo = await jpeg();
const server = useServer({
  DATA_DIR: folder,
  OUTPUT_TTL_SECONDS: '3600',
  URL_TTL_SECONDS: '7200',
  JOB_POLL_MS: '20',
});

afterEach(() => void vi.useRealTimers());

/** From now on, it is so much later for the server, too. */
function passHours(hours: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
}

function post(where: string, body: object | Buffer): Test {
  const type = Buffer.isBuffer(body) ? 'image/jpeg' : 'application/json';
  return server.post(where).type(type).send(body);
}

async function statusOf(where: string): Promise<number> {
  return (await server.send(server.get(where))).status;
}

async function listed(): Promise<string[]> {
  const { body } = await server.send(server.get(path));
  return body.stylizations.map(({ id }: { id: string }) => id).sort();
}

async function upload(): Promise<string> {
  const asked = { media_type: 'image/jpeg', bytes: photo.byteLength };
  const { image, put } = (await server.send(post('/v1/uploads', asked))).body;
  const answer = await fetch(put.url, {
    method: 'PUT',
    headers: put.headers,
    body: new Uint8Array(photo),
  });
  expect(answer.status).toBe(200);
  return image;
}

/** Files below the folder that are no empty rest. */
function files(): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('jobs, pictures, uploads, batches and their indexes go when their time is over', async () => {
  const put = (body: Buffer) =>
    server.send(server.put(`${path}/own`).type('image/jpeg').send(body));
  expect((await put(photo)).status).toBe(200);
  expect((await put(await jpeg(40, 30))).status).toBe(409);
  const image = await upload();
  const batch = (await server.send(post('/v1/batches', { images: [image, 'data:,none'] }))).body;
  const linked = await server.send(post(path, photo).set('accept', 'application/json'));
  const canceled = (await server.send(post(path, photo).set('prefer', 'respond-async'))).body;
  await server.send(server.post(`${path}/${canceled.id}/cancel`));
  const shown = async () => (await server.get(`/v1/batches/${batch.id}`)).body;
  await expect.poll(async () => (await shown()).finished, { interval: 20 }).toBe(true);
  const members = (await shown()).stylizations;
  const output = new URL(members[0].output.url);
  const ids = ['own', linked.body.id, canceled.id, ...members.map((job: { id: string }) => job.id)];
  expect(await listed()).toEqual([...ids].sort());

  passHours(1.5);
  expect(await listed()).toEqual([]);
  for (const id of ids) expect([404, 410]).toContain(await statusOf(`${path}/${id}`));
  expect(await statusOf(`/v1/batches/${batch.id}`)).toBe(404);

  await sweep(server.services());
  for (const id of ids) expect(await statusOf(`${path}/${id}`)).toBe(404);
  const picture = await server.get(output.pathname + output.search);
  expect([picture.status, picture.body.type]).toEqual([404, '/problems#not-found']);
  // It is kept for as long as it may be sent.
  expect((await server.send(post(path, { image }))).status).toBe(200);

  passHours(2);
  await sweep(server.services());
  const late = await server.send(post(path, { image }));
  expect([late.status, late.body.errors[0].pointer]).toEqual([422, '/image']);
  await expect.poll(files).toEqual(['.signing-secret']);
});
