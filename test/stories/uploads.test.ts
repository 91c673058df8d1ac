/** A key that was handed out for an upload stands for one file, for ever. */

import { expect, test } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const server = useServer();
const path = '/v1/stylizations';
const photo = await jpeg();
const other = Buffer.from(photo);
other.writeUInt8(other.readUInt8(other.length - 40) ^ 0x55, other.length - 40);

async function prepare() {
  const body = { media_type: 'image/jpeg', bytes: photo.byteLength };
  const { body: prepared } = await server.send(server.post('/v1/uploads').send(body));
  const { url, headers } = prepared.put;
  // Not by way of the document, which knows no keys with a slash.
  const send = async (bytes: Buffer) => {
    const answer = await fetch(url, { method: 'PUT', headers, body: Uint8Array.from(bytes) });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { image: prepared.image as string, send };
}

function paint(body: Buffer | { image: string }) {
  const type = Buffer.isBuffer(body) ? 'image/jpeg' : 'application/json';
  return server.send(server.post(path).set('accept', 'image/png').type(type).send(body));
}

test('another file after the first one is a conflict, the same one again is fine', async () => {
  const { image, send } = await prepare();
  expect((await send(photo)).status).toBe(200);
  const second = await send(other);
  expect([second.status, second.body.type]).toEqual([409, '/problems#conflict']);
  expect((await send(photo)).status).toBe(200);
  const [painted, direct, wrong] = [await paint({ image }), await paint(photo), await paint(other)];
  expect(painted.body).toEqual(direct.body);
  expect(painted.body).not.toEqual(wrong.body);
});

test('of two files at the same time, one is taken', async () => {
  const { send } = await prepare();
  const answers = await Promise.all([send(photo), send(other), send(photo), send(other)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409]);
});
