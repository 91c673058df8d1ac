/** What is at addresses is asked for as often as its server wants, and not more often. */

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createByteBudget } from '../../src/concurrency/byte-budget.ts';
import { publicFetch } from '../../src/sources/public-fetch.ts';
import { rememberedSources } from '../../src/sources/remembered-sources.ts';
import { serveLocally } from '../support/receiver.ts';

const never = () => new AbortController().signal;
const PNG = '\x89PNG\r\n\x1a\n and more';
const digest = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex');

let requests: IncomingMessage[] = [];
let answer: (response: ServerResponse, request: IncomingMessage) => void;

let here: Awaited<ReturnType<typeof serveLocally>>;
beforeAll(async () => {
  here = await serveLocally((request, response) => {
    requests.push(request);
    answer(response, request);
  });
});
afterAll(() => here.close());
beforeEach(() => {
  requests = [];
  sends(PNG);
});
afterEach(() => void vi.useRealTimers());

function sends(content: string, headers: Record<string, string> = {}): void {
  answer = (response) => response.writeHead(200, headers).end(content, 'latin1');
}

function passSeconds(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
}

function open(beginnings?: readonly string[]) {
  const budget = createByteBudget(10_000);
  const fetch = publicFetch({ privateAddresses: ['127.0.0.1'], ...(beginnings && { beginnings }) });
  return { budget, sources: rememberedSources({ fetch, budget, maxBytes: 5000, timeoutMs: 5000 }) };
}

const photo = () => `${here.url}/photo.png`;

describe('a photograph', () => {
  test('is fetched once while it stays as it is', async () => {
    sends(PNG, { 'cache-control': 'max-age=60' });
    const { sources, budget } = open();
    const first = await sources.look(photo(), never());
    expect(first).toMatchObject({ digest: digest(PNG), format: 'png', isShared: true });
    expect(first).toHaveProperty('bytes');
    passSeconds(50);
    const second = await sources.look(photo(), never());
    expect(second).not.toHaveProperty('bytes');
    expect(second.digest).toBe(first.digest);
    expect([requests.length, budget.heldBytes]).toEqual([1, 0]);
    passSeconds(20);
    await sources.look(photo(), never());
    expect(requests.length).toBe(2);
  });

  test('is fetched once for all who ask at the same moment', async () => {
    const { sources } = open();
    const looks = Array.from({ length: 100 }, () => sources.look(photo(), never()));
    expect(new Set((await Promise.all(looks)).map((source) => source.digest)).size).toBe(1);
    expect(requests).toHaveLength(1);
  });

  test('is remembered by its address', async () => {
    const { sources } = open();
    await sources.look(photo(), never());
    await sources.look(`${here.url}/other.png`, never());
    expect(requests.map(({ url }) => url)).toEqual(['/photo.png', '/other.png']);
  });

  test.each(['no-store', 'private'])('is not remembered with %s', async (header) => {
    sends(PNG, { 'cache-control': header, etag: '"1"' });
    const { sources } = open();
    for (const _ of [1, 2]) {
      const source = await sources.look(photo(), never());
      expect([source.isShared, 'bytes' in source]).toEqual([false, true]);
    }
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined]);
  });

  test('is fetched again where its bytes are asked for', async () => {
    const { sources } = open();
    await sources.look(photo(), never());
    const { bytes } = await sources.fetch(photo(), never());
    expect(Buffer.from(bytes).toString('latin1')).toBe(PNG);
    expect(requests).toHaveLength(2);
  });

  test('that is not there is asked for again', async () => {
    const { sources } = open();
    answer = (response) => response.writeHead(404).end();
    await expect(sources.look(photo(), never())).rejects.toMatchObject({ type: 'source-failed' });
    sends(PNG);
    expect(await sources.look(photo(), never())).toMatchObject({ digest: digest(PNG) });
  });
});

describe('when its time is over', () => {
  const conditional = (more: Record<string, string> = {}) => {
    answer = (response, { headers }) => {
      const unchanged = headers['if-none-match'] === '"1"';
      response.writeHead(unchanged ? 304 : 200, {
        etag: '"1"',
        'last-modified': 'Mon, 04 May 2026 09:00:00 GMT',
        'cache-control': 'max-age=60',
        ...more,
      });
      response.end(unchanged ? '' : PNG, 'latin1');
    };
  };

  test('it is asked for by its validators, and stays as it was on 304', async () => {
    conditional();
    const { sources } = open();
    const { digest: before } = await sources.look(photo(), never());
    passSeconds(70);
    const source = await sources.look(photo(), never());
    expect(source).not.toHaveProperty('bytes');
    expect([source.digest, source.freshUntilMs]).toEqual([before, Date.now() + 60_000]);
    expect(requests[1]?.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': 'Mon, 04 May 2026 09:00:00 GMT',
    });
    await sources.look(photo(), never());
    expect(requests).toHaveLength(2);
  });

  test('each time where it says no-cache', async () => {
    conditional({ 'cache-control': 'no-cache' });
    const { sources } = open();
    for (const _ of [1, 2, 3]) await sources.look(photo(), never());
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      '"1"',
      '"1"',
    ]);
  });

  test('another one takes its place', async () => {
    sends(PNG, { etag: '"1"', 'cache-control': 'max-age=60' });
    const { sources } = open();
    await sources.look(photo(), never());
    sends('another', { etag: '"2"' });
    passSeconds(70);
    const source = await sources.look(photo(), never());
    expect(source).toMatchObject({ digest: digest('another'), format: undefined });
    expect(source).toHaveProperty('bytes');
  });

  test('an answer of 304 that nobody asked for is a failure', async () => {
    sends(PNG, { 'cache-control': 'max-age=60' });
    const { sources } = open();
    await sources.look(photo(), never());
    answer = (response) => response.writeHead(304).end();
    passSeconds(70);
    await expect(sources.look(photo(), never())).rejects.toMatchObject({ type: 'source-failed' });
  });
});

describe('where only some beginnings are allowed', () => {
  test('others are refused, also behind a redirect', async () => {
    const { sources } = open([`${here.url}/photos/`]);
    await sources.look(`${here.url}/photos/a.png`, never());
    for (const path of ['/photo.png', '/photos/../photo.png', '/photos/%2e%2e/photo.png']) {
      const look = sources.look(here.url + path, never());
      await expect(look).rejects.toMatchObject({ type: 'source-refused' });
    }
    expect(requests).toHaveLength(1);
    answer = (response) => response.writeHead(302, { location: '/photo.png' }).end();
    const redirected = sources.look(`${here.url}/photos/b.png`, never());
    await expect(redirected).rejects.toMatchObject({ type: 'source-refused' });
  });
});
