/** Records that broke on disk stand in nobody's way: lists, other jobs, removals and queues go on. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import request, { type Test } from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { serveLocally } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const path = '/v1/stylizations';
const folder = temporary();
const photo = await jpeg();
const messages = writeMessages();
const server = useServer({
  DATA_DIR: folder,
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  JOB_CONCURRENCY: '1',
  JOB_POLL_MS: '20',
});

/** What becomes of a record. */
const DAMAGES: Record<string, (record: string) => string> = {
  'bytes that are no JSON': () => '\u0000\u0001{"status":',
  'half of it': (record) => record.slice(0, record.length / 2),
  'nothing at all': () => '',
  'JSON of another shape': () => '[null, 42]',
  'a state that there is not': (record) =>
    JSON.stringify({ ...JSON.parse(record), status: 'painted' }),
  'the record of another job': (record) => {
    const { request: asked, ...rest } = JSON.parse(record);
    return JSON.stringify({ ...rest, request: { ...asked, id: 'another' } });
  },
};

/** The first that is asked for after the damage, and its right status. */
const REQUESTS: Record<string, readonly [number, (id: string) => Test]> = {
  'the list': [200, () => server.get(path)],
  'another job': [200, () => server.get(`${path}/whole`)],
  'the job': [404, (id) => server.get(`${path}/${id}`)],
  'its painting': [404, (id) => server.get(`${path}/${id}/output`)],
  'its cancelation': [404, (id) => server.post(`${path}/${id}/cancel`)],
  'its removal': [204, (id) => request(server.url()).delete(`${path}/${id}`)],
  'the same job again': [200, (id) => put(id)],
};

beforeAll(async () => {
  await server.send(put('whole'));
});

describe.each(Object.keys(DAMAGES))('a record that has become %s', (damage) => {
  test.each(Object.keys(REQUESTS))('breaks nothing: %s', async (name) => {
    const id = `${damage}-${name}`.replaceAll(' ', '-');
    await server.send(put(id));
    damageRecord(id, damage);
    const [status, ask] = REQUESTS[name]!;
    expect((await server.send(ask(id))).status).toBe(status);
    const list = await server.send(server.get(path).query({ limit: 100 }));
    const ids = list.body.stylizations.map((job: { id: string }) => job.id);
    expect([list.status, ids.includes('whole')]).toEqual([200, true]);
    expect(ids.includes(id)).toBe(name === 'the same job again');
    await server.send(request(server.url()).delete(`${path}/${id}`));
    expect(existsSync(join(folder, 'jobs', id))).toBe(false);
  });
});

test.each(Object.keys(DAMAGES))(
  'a queued job that has become %s holds nobody up',
  async (damage) => {
    const held: ServerResponse[] = [];
    const origin = await serveLocally((_, response) => void held.push(response));
    const first = await submit({ image: origin.url });
    await expect.poll(() => held.length, { interval: 20 }).toBe(1);
    const broken = await submit(photo);
    damageRecord(broken, damage);
    const behind = await submit(photo);
    for (const response of held) response.end(photo);
    for (const id of [first, behind]) await expect.poll(() => statusOf(id)).toBe('succeeded');
    expect((await server.get(`${path}/${broken}`)).status).toBe(404);
    await origin.close();
  },
);

test('messages that say nothing were put aside at the start', async () => {
  await expect.poll(() => existsSync(join(folder, 'queues/jobs'))).toBe(false);
  expect(readdirSync(join(folder, 'damaged/queues/jobs'))).toEqual(messages);
});

function put(id: string): Test {
  return server.put(`${path}/${id}`).type('image/jpeg').send(photo);
}

async function submit(body: Buffer | object): Promise<string> {
  const type = Buffer.isBuffer(body) ? 'image/jpeg' : 'application/json';
  const post = server.post(path).set('prefer', 'respond-async').type(type).send(body);
  const answer = await server.send(post);
  expect(answer.status).toBe(202);
  return answer.body.id;
}

async function statusOf(id: string): Promise<string> {
  return (await server.get(`${path}/${id}`)).body.status;
}

function damageRecord(id: string, damage: string): void {
  const key = join(folder, 'jobs', id, 'job.json');
  const file = join(key, readdirSync(key).at(-1)!);
  writeFileSync(file, DAMAGES[damage]!(readFileSync(file, 'utf8')));
}

/** Of a queue that was there before the server; their names. */
function writeMessages(): string[] {
  const body = (text: string) =>
    JSON.stringify({ body: text, receives: 0, passes: 0, groups: [], notBefore: 0, delayMs: 0 });
  const contents = ['no JSON', '{}', body('no JSON'), body('{"job":7}')];
  return contents.map((content, i) => {
    const key = join(folder, 'queues/jobs', `000${i}`);
    mkdirSync(key, { recursive: true });
    writeFileSync(join(key, '~000000000001'), content);
    return `000${i}`;
  });
}
