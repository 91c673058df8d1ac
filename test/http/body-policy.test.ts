/** Every route that takes a body takes it under its contract: a matrix of routes and bodies. */

import { connect, type Socket } from 'node:net';
import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { useServer } from '../support/server.ts';

const MAX_BODY_BYTES = 100_000;
const server = useServer({
  MAX_BODY_BYTES: String(MAX_BODY_BYTES),
  MAX_VIDEO_BYTES: String(MAX_BODY_BYTES),
  BODY_TIMEOUT_MS: '300',
  REQUEST_TIMEOUT_MS: '5000',
});

interface Operation {
  readonly requestBody?: { readonly content: Record<string, unknown> };
  readonly responses: Record<string, unknown>;
}

interface Target {
  readonly name: string;
  readonly method: string;
  /** Where it is served: ids filled in, URLs signed. */
  readonly path: string;
  readonly mediaTypes: readonly string[];
  /** One of them that is right here, too: a signed URL is for one. */
  readonly mediaType: string;
  readonly statuses: readonly string[];
}

let targets: Target[];

beforeAll(async () => {
  const { body: document } = await server.get('/openapi.json');
  const upload = await server.post('/v1/uploads').send({ media_type: 'image/png', bytes: 50_000 });
  const signed = new URL(upload.body.put.url);
  const filled = (path: string) =>
    path.includes('{key}') ? signed.pathname + signed.search : path.replace('{id}', 'some-id');
  targets = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { requestBody }]) => requestBody !== undefined)
      .map(([method, { requestBody, responses }]) => ({
        name: `${method} ${path}`,
        method: method.toUpperCase(),
        path: filled(path),
        mediaTypes: Object.keys(requestBody!.content),
        mediaType: 'image/png' in requestBody!.content ? 'image/png' : 'application/json',
        statuses: Object.keys(responses),
      })),
  );
});

/** What every route answers to such a request, by its name in the document. */
async function forAll(ask: (target: Target) => Promise<{ status: number; type: string }>) {
  expect(targets.map(({ name }) => name)).toEqual([
    'post /v1/batches',
    'post /v1/stylizations',
    'put /v1/stylizations/{id}',
    'post /v1/videos',
    'put /v1/videos/{id}',
    'post /v1/uploads',
    'put /v1/blobs/{key}',
    'post /v1/styles',
  ]);
  const answers = await Promise.all(
    targets.map(async (target) => [target, await ask(target)] as const),
  );
  for (const [{ name, statuses }, { status }] of answers) {
    expect([name, statuses]).toEqual([name, expect.arrayContaining([String(status)])]);
  }
  return new Set(answers.map(([, { status, type }]) => `${status} ${type}`));
}

async function send({ method, path }: Target, headers: Record<string, string>, body: Buffer) {
  const answer = await request(server.url())
    [method === 'PUT' ? 'put' : 'post'](path)
    .set(headers)
    .serialize((data) => data)
    .send(body);
  return { status: answer.status, type: answer.body.type, answer };
}

/** The head of a request whose body is still to come, and what is answered. */
function begin(
  { method, path, mediaType }: Target,
  header: string,
  speak: (socket: Socket) => void = () => {},
): Promise<{ status: number; type: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(server.port(), '127.0.0.1', () => {
      const head = [`${method} ${path} HTTP/1.1`, 'host: a', `content-type: ${mediaType}`];
      socket.write(`${[...head, header].join('\r\n')}\r\n\r\n`);
      speak(socket);
    });
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(text) ?? [];
      const [, type] = /"type":"([^"]+)"/.exec(text) ?? [];
      if (status === undefined || type === undefined) return;
      socket.destroy();
      resolve({ status: Number(status), type });
    });
    socket.on('error', reject);
  });
}

describe('every route with a body', () => {
  test('takes the media types that the document names, in any case, and no other', async () => {
    expect(
      await forAll((target) => send(target, { 'content-type': 'text/plain' }, Buffer.from('x'))),
    ).toEqual(new Set(['415 /problems#unsupported-media-type']));
    for (const target of targets) {
      for (const mediaType of target.mediaTypes) {
        const type = `${mediaType.toUpperCase()}; boundary=b`;
        const { answer } = await send(target, { 'content-type': type }, Buffer.from('x'));
        expect([target.name, type, answer.body.detail]).not.toEqual([
          target.name,
          type,
          expect.stringMatching(/^Expected a body of/),
        ]);
      }
    }
  });

  test('unpacks nothing, and says so', async () => {
    expect(
      await forAll(async (target) => {
        const headers = { 'content-type': target.mediaType, 'content-encoding': 'gzip' };
        const { answer, ...rest } = await send(target, headers, Buffer.from('x'));
        expect(answer.headers['accept-encoding']).toBe('identity');
        return rest;
      }),
    ).toEqual(new Set(['415 /problems#unsupported-media-type']));
  });

  test('refuses what announces too much before it is sent', async () => {
    expect(await forAll((target) => begin(target, `content-length: ${2 ** 31}`))).toEqual(
      new Set(['413 /problems#payload-too-large']),
    );
  });

  test('refuses what has no end at the limit', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    expect(
      await forAll((target) =>
        begin(target, 'transfer-encoding: chunked', (socket) => {
          for (let sent = 0; sent < 4; sent += 1) socket.write(chunk);
        }),
      ),
    ).toEqual(new Set(['413 /problems#payload-too-large']));
  });

  test('gives up what does not come', async () => {
    expect(await forAll((target) => begin(target, 'transfer-encoding: chunked'))).toEqual(
      new Set(['408 /problems#request-timeout']),
    );
  });
});
