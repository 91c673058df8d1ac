/** Photographs that are named: what servers do instead of sending one, and what is said of it. */

import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createByteBudget } from '../../src/concurrency/byte-budget.ts';
import { createImageSource } from '../../src/sources/image-source.ts';
import { publicFetch } from '../../src/sources/public-fetch.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { serveLocally } from '../support/receiver.ts';
import { temporary } from '../support/temporary.ts';

const BUDGET_BYTES = 1000;
const never = () => new AbortController().signal;

/** What the server does, by path; `{here}` stands for its address. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/photo': (response) => response.end('x'.repeat(600)),
  '/%C3%BCber%20alles.png': (response) => response.end('found'),
  '/to-utf8': (response) => redirect(response, Buffer.from('/über alles.png').toString('latin1')),
  '/to-latin1': (response) => redirect(response, '/\xfcber alles.png'),
  '/to-nothing': (response) => redirect(response, 'http://['),
  '/to-port': (response) => redirect(response, 'http://a.example:99999/'),
  '/to-mail': (response) => redirect(response, 'mailto:a@a.example'),
  '/silent': () => {},
  '/stalls': (response) => response.writeHead(200, { 'content-length': '100' }).write('half'),
  '/breaks': (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 20);
  },
  '/empty': (response) => response.end(),
};

function redirect(response: ServerResponse, location: string): void {
  response.socket?.end(
    `HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`,
    'latin1',
  );
}

let here: Awaited<ReturnType<typeof serveLocally>>;
beforeAll(async () => {
  here = await serveLocally(({ url = '' }, response) => {
    const answer = ANSWERS[url];
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
});
afterAll(() => here.close());

function open(timeoutMs = 5000) {
  const budget = createByteBudget(BUDGET_BYTES);
  const images = createImageSource({
    fetch: publicFetch({ privateAddresses: ['127.0.0.1'] }),
    blobs: fileStore(temporary(), urlSigner(new Uint8Array(32))),
    budget,
    maxBytes: 10_000,
    timeoutMs,
  });
  return { budget, images };
}

test.each(['/to-utf8', '/to-latin1'])(
  'a redirect in raw letters is followed: %s',
  async (where) => {
    const bytes = await open().images.read({ url: here.url + where }, never());
    expect(Buffer.from(bytes).toString()).toBe('found');
  },
);

test.each([
  ['/to-nothing', 'source-failed', 'no URL'],
  ['/to-port', 'source-failed', 'no URL'],
  ['/to-mail', 'source-refused', 'http(s)'],
  ['/silent', 'source-failed', 'not there within 200 ms'],
  ['/stalls', 'source-failed', 'not there within 200 ms'],
  ['/breaks', 'source-failed', 'connection was lost'],
  ['/empty', 'source-failed', 'no bytes'],
  ['/nothing', 'source-failed', 'answered 404'],
])('%s is %s: %s', async (where, type, detail) => {
  const reading = open(200).images.read({ url: here.url + where }, never());
  await expect(reading).rejects.toMatchObject({
    type,
    message: expect.stringContaining(detail),
    errors: [{ pointer: '/image' }],
  });
});

test('what is fetched counts on the lease until the work is done', async () => {
  const { budget, images } = open();
  const photo = { url: `${here.url}/photo` };
  await budget.lease('somebody', async (lease) => {
    await images.read(photo, never(), lease);
    expect(budget.heldBytes).toBe(600);
    await expect(images.read(photo, never())).rejects.toMatchObject({ type: 'slots-full' });
  });
  expect(budget.heldBytes).toBe(0);
  await images.read(photo, never());
  expect(budget.heldBytes).toBe(0);
});

test('a caller who leaves ends it with that reason', async () => {
  const gone = new AbortController();
  const reading = open().images.read({ url: `${here.url}/stalls` }, gone.signal);
  gone.abort(new Error('It hung up.'));
  await expect(reading).rejects.toThrow('It hung up.');
});
