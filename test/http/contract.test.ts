/**
 * Contract and behavior are one: what clients really sent, recorded byte by byte in `requests/`, is
 * described by the document and accepted; and so is whatever else the document allows.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Document, type RecordedRequest, requestConformance } from '../support/conformance.ts';
import { picture } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

/** Jobs are accepted only: nobody outside is to be called. */
const server = useServer({}, { WORK: false });
const folder = fileURLToPath(new URL('requests/', import.meta.url));

/** Taken because the standards behind the contract allow it, or because clients cannot help it. */
const BEYOND_THE_CONTRACT = new Set(['python-requests-true-and-empty', 'python-line-breaks']);

const recorded = readdirSync(folder).map((file) => ({
  name: file.replace('.http', ''),
  bytes: readFileSync(`${folder}${file}`),
}));

let document: Document;
beforeAll(async () => {
  document = (await server.get('/openapi.json')).body;
});

/** The parts of a message (RFC 9112); a chunked body is put together. */
function parsed(bytes: Buffer): RecordedRequest {
  const end = bytes.indexOf('\r\n\r\n');
  const [line = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', target = ''] = line.split(' ');
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  const body = headers.get('transfer-encoding') === 'chunked' ? unchunked(rest) : rest;
  return { method, target, headers, body: Uint8Array.from(body) };
}

function unchunked(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\r\n');
  const length = Number.parseInt(bytes.toString('latin1', 0, end), 16);
  if (!(length > 0)) return Buffer.alloc(0);
  const start = end + 2;
  return Buffer.concat([
    bytes.subarray(start, start + length),
    unchunked(bytes.subarray(start + length + 2)),
  ]);
}

function statusOf(bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port(), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const status = /^HTTP\/1\.1 (?!100)(\d+)/m.exec(text)?.[1];
      if (status === undefined) return;
      socket.destroy();
      resolve(Number(status));
    });
    socket.on('error', reject);
  });
}

describe('what clients sent', () => {
  test('is there', () => expect(recorded.length).toBeGreaterThan(15));

  test.each(recorded)('$name is described, and accepted', async ({ name, bytes }) => {
    const described = requestConformance(document)(parsed(bytes));
    if (BEYOND_THE_CONTRACT.has(name)) await expect(described).rejects.toThrow(/must be/);
    else await described;
    expect([name, await statusOf(bytes)]).toEqual([
      name,
      expect.toSatisfy((status: number) => [200, 201, 202].includes(status)),
    ]);
  });
});

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly example?: unknown;
}

/** Values that a schema allows: the ends of its range, each of its words, all of them as a list. */
function allowed(name: string, schema: Schema): unknown[] {
  if (name === 'webhook') return ['https://shop.example/painted', 'HTTP://a.example:8080/?a=b'];
  if (name === 'style_image') return [dataUrl];
  if (schema.enum) return [...schema.enum];
  if (schema.type === 'boolean') return [true, false];
  if (schema.type === 'array') {
    const items = allowed(name, schema.items ?? {});
    return [[], ...items.map((item) => [item]), items];
  }
  if (schema.type === 'string') return [schema.example ?? 'udnie'];
  return [schema.minimum, schema.maximum];
}

const photo = await picture(8, 6).png().toBuffer();
const dataUrl = `data:image/png;base64,${photo.toString('base64')}`;
const path = '/v1/stylizations';

describe('what the document allows', () => {
  test('is accepted as query, form field and JSON', async () => {
    const { post } = document.paths[path] as unknown as Record<
      string,
      { parameters: { name: string; in: string; schema: Schema }[] }
    >;
    const options = post!.parameters.filter((parameter) => parameter.in === 'query');
    expect(options.length).toBeGreaterThan(8);
    for (const { name, schema } of options) {
      for (const value of allowed(name, schema)) {
        const texts = [value].flat().map((item) => [name, String(item)]);
        const query = new URLSearchParams(texts as [string, string][]);
        const form = new FormData();
        form.set('image', new Blob([new Uint8Array(photo)], { type: 'image/png' }));
        for (const [, text] of texts) form.append(name, text!);
        const sent = [
          fetch(`${server.url()}${path}?${query}`, {
            method: 'POST',
            headers: { 'content-type': 'image/png' },
            body: new Uint8Array(photo),
          }),
          fetch(`${server.url()}${path}`, { method: 'POST', body: form }),
          fetch(`${server.url()}${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ image: dataUrl, [name]: value }),
          }),
        ];
        const statuses = (await Promise.all(sent)).map(({ status }) => status);
        expect([name, value, statuses]).toEqual([name, value, [200, 200, 200]]);
      }
    }
  });

  test('has patterns of its own language: what it gives as an example fits them', () => {
    const patterns: string[] = [];
    JSON.stringify(document, (key, value) => {
      if (key === 'pattern') patterns.push(value);
      return value;
    });
    expect(patterns.length).toBeGreaterThan(0);
    // A flag behind a slash would be letters that no text has.
    for (const pattern of patterns) expect(pattern).not.toMatch(/\/[a-z]+$/);
  });
});
