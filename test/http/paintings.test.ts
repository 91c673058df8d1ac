/** Paintings by signed URLs: what is signed is painted, once; what is not is refused. */

import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type AskedPainting,
  PAINTINGS_PATH,
  paintingPath,
  readPaintingUrl,
  signatureOf,
} from '../../src/http/painting-url.ts';
import { halfTransparent, jpeg, pixelsOf } from '../support/pictures.ts';
import { serveLocally } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';

const KEYS = ['1f'.repeat(32), '2e'.repeat(32)];
const SALTS = ['3d'.repeat(32), '4c'.repeat(32)];
const [key, older] = KEYS.map((digits, i) => ({
  key: Buffer.from(digits, 'hex'),
  salt: Buffer.from(SALTS[i]!, 'hex'),
}));

const environment = {
  RESULTS_MAX_BYTES: String(2 ** 24),
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  SIGNED_URL_KEYS: KEYS.join(),
  SIGNED_URL_SALTS: SALTS.join(),
};
const server = useServer(environment);
const withoutKeys = useServer();

let requests: IncomingMessage[] = [];
let sent: { body: Buffer; headers: Record<string, string> };
let here: Awaited<ReturnType<typeof serveLocally>>;
beforeAll(async () => {
  here = await serveLocally((request, response) => {
    requests.push(request);
    const unchanged = request.headers['if-none-match'] === sent.headers['etag'];
    response.writeHead(unchanged && sent.headers['etag'] ? 304 : 200, sent.headers);
    response.end(unchanged && sent.headers['etag'] ? undefined : sent.body);
  });
});
afterAll(() => here.close());

/** Each test has photographs of its own. */
let number = 500;
beforeEach(async () => {
  requests = [];
  number += 1;
  sent = { body: await jpeg(48, 36, number), headers: { 'cache-control': 'max-age=600' } };
});

const source = (name = 'photo') => `${here.url}/${number}/${name}.jpg`;

function pathOf(options: Record<string, string | number> = {}, from = source(), by = key!) {
  const texts = Object.entries(options).map(([name, value]) => [name, String(value)] as const);
  return paintingPath({ options: texts, source: from }, by);
}

const signatureIn = (path: string) => path.slice(PAINTINGS_PATH.length).split('/')[0]!;

const get = (path: string) => server.send(server.get(path));

describe('a signed URL', () => {
  test.each(['as it is', 'tampered with'])('is in no log line, %s', async (how) => {
    const { log } = server.services();
    const lines = vi.spyOn(log, 'info');
    const path = pathOf({ style: 'udnie' });
    const signature = signatureIn(path);
    await get(how === 'as it is' ? path : `${path}x`);
    expect(lines).toHaveBeenCalled();
    expect(JSON.stringify(lines.mock.calls)).not.toContain(signature);
    expect(JSON.stringify(lines.mock.calls)).toContain(`${PAINTINGS_PATH}{signature}`);
    lines.mockRestore();
  });

  test('is answered with the painting that a request for it gets', async () => {
    const answer = await get(pathOf({ style: 'great-wave:0.6,starry-night:0.4', max_size: 24 }));
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(answer.headers['cache-status']).toBe('impasto; fwd=miss; stored');
    expect(await pixelsOf(answer.body)).toMatchObject({ width: 24, height: 18 });
    const query = { style: 'great-wave:0.6,starry-night:0.4', max_size: 24 };
    const direct = await server.send(
      server.post('/v1/stylizations').query(query).type('image/jpeg').send(sent.body),
    );
    expect(direct.body).toEqual(answer.body);
    expect(direct.headers['cache-status']).toBe('impasto; hit');
  });

  test('a thousand times is painted once, and its photograph fetched once', async () => {
    const path = pathOf();
    const statuses: (string | undefined)[] = [];
    const paintings = new Set<string>();
    const ask = async () => {
      const { headers, body } = await get(path);
      statuses.push(headers['cache-status']);
      paintings.add(body.toString('base64'));
    };
    await Promise.all(Array.from({ length: 100 }, ask));
    for (let i = 0; i < 9; i += 1) await Promise.all(Array.from({ length: 100 }, ask));
    expect(statuses).toHaveLength(1000);
    expect(statuses.filter((status) => status?.includes('stored'))).toHaveLength(1);
    expect(statuses.filter((status) => status === 'impasto; hit').length).toBeGreaterThan(800);
    expect([paintings.size, requests.length]).toEqual([1, 1]);
  });

  test('by any of the keys', async () => {
    expect((await get(pathOf({}, source(), older))).status).toBe(200);
  });

  test('of a photograph that is gone is answered while it is remembered', async () => {
    const path = pathOf();
    await get(path);
    sent = { body: Buffer.from('gone'), headers: {} };
    expect((await get(path)).headers['cache-status']).toBe('impasto; hit');
  });

  test('has a tag, by which nothing is painted, nor fetched', async () => {
    const path = pathOf();
    const { headers } = await get(path);
    const again = await server.send(server.get(path).set('if-none-match', headers['etag']!));
    expect([again.status, again.headers['etag']]).toEqual([304, headers['etag']]);
    expect(again.headers['cache-control']).toBe(headers['cache-control']);
    expect(requests).toHaveLength(1);
    const other = await get(pathOf({ strength: 0.5 }));
    expect(other.headers['etag']).not.toBe(headers['etag']);
  });

  test('is painted anew where the photograph has changed', async () => {
    sent.headers = { 'cache-control': 'no-cache', etag: '"1"' };
    const path = pathOf();
    const first = await get(path);
    expect((await get(path)).headers['cache-status']).toBe('impasto; hit');
    sent = { body: await jpeg(48, 36, number + 1000), headers: { etag: '"2"' } };
    const changed = await get(path);
    expect(changed.headers['cache-status']).toMatch(/stored/);
    expect(changed.headers['etag']).not.toBe(first.headers['etag']);
    expect(requests).toHaveLength(3);
  });

  test('is of the photograph that is there, and tagged as such, where it has changed unasked', async () => {
    const path = pathOf();
    const first = await get(path);
    sent = { ...sent, body: await jpeg(48, 36, number + 2000) };
    // What is remembered of the address is kept for other options only.
    const other = await get(pathOf({ strength: 0.5 }));
    const direct = server.post('/v1/stylizations').query({ strength: 0.5 }).type('image/jpeg');
    expect((await server.send(direct.send(sent.body))).body).toEqual(other.body);
    const again = await get(path);
    expect(again.headers['cache-status']).toMatch(/stored/);
    expect(again.headers['etag']).not.toBe(first.headers['etag']);
    expect((await get(pathOf({ strength: 0.5 }))).headers['etag']).toBe(other.headers['etag']);
  });

  test('is in the format that Accept prefers, unless it says one', async () => {
    const asked = server.get(pathOf()).set('accept', 'image/webp,*/*;q=0.5');
    const byAccept = await server.send(asked);
    expect(byAccept.headers).toMatchObject({ 'content-type': 'image/webp', vary: 'accept' });
    const byOption = await get(pathOf({ format: 'png' }));
    expect(byOption.headers['content-type']).toBe('image/png');
    expect(byOption.headers['vary']).toBeUndefined();
    const none = await server.send(server.get(pathOf()).set('accept', 'application/json'));
    expect([none.status, none.body.type]).toEqual([406, '/problems#not-acceptable']);
  });

  test('of a picture with transparency is in a format that has it', async () => {
    sent.body = await halfTransparent().png().toBuffer();
    for (const _ of [1, 2]) {
      expect((await get(pathOf())).headers['content-type']).toBe('image/png');
    }
  });
});

describe('caches are told', () => {
  test.each([
    [{ 'cache-control': 'max-age=600' }, {}, /^public, max-age=(?:600|59\d)$/],
    [{}, {}, /^public, max-age=(?:3600|359\d)$/],
    [{ 'cache-control': 'max-age=600' }, { expires: 100 }, /^public, max-age=(?:100|9\d)$/],
    [{ 'cache-control': 'no-cache' }, {}, /^public, no-cache$/],
    [{ 'cache-control': 'no-store' }, {}, /^no-store$/],
    [{ 'cache-control': 'private, max-age=600' }, {}, /^no-store$/],
  ])('%j with %j', async (headers, { expires = 0 }: { expires?: number }, told) => {
    sent.headers = headers as Record<string, string>;
    const nowSeconds = Math.floor(Date.now() / 1000);
    const { headers: answered } = await get(
      pathOf(expires ? { expires: nowSeconds + expires } : {}),
    );
    expect(answered['cache-control']).toMatch(told);
  });
});

describe('what is refused', () => {
  const refused = async (path: string, problem: string, detail: RegExp) => {
    const answer = await get(path);
    expect([answer.body.type, answer.body.detail]).toEqual([
      `/problems#${problem}`,
      expect.stringMatching(detail),
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
  };

  test('a URL whose time is over', async () => {
    const expires = Math.floor(Date.now() / 1000) + 60;
    const path = pathOf({ expires });
    expect((await get(path)).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: expires * 1000 });
    await refused(path, 'forbidden', /time of this URL is over/).finally(() => vi.useRealTimers());
  });

  test('every URL, where there are no keys', async () => {
    const answer = await withoutKeys.send(withoutKeys.get(pathOf()));
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toMatch(/SIGNED_URL_KEYS/);
  });

  test('a URL by another key', async () => {
    const foreign = { key: Buffer.alloc(32, 1), salt: key!.salt };
    await refused(pathOf({}, source(), foreign), 'forbidden', /signature/);
    const unsalted = { key: key!.key, salt: Buffer.alloc(0) };
    await refused(pathOf({}, source(), unsalted), 'forbidden', /signature/);
  });

  test('a query beside it', async () => {
    await refused(`${pathOf()}?strength=0.5`, 'forbidden', /query/);
  });

  test.each([
    [{ strength: 7 }, 'invalid-request', /from 0 to 1 for strength/],
    [{ style: 'nothing' }, 'style-not-found', /nothing/],
    [{ webhook_events_filter: 'failed' }, 'invalid-request', /Expected only style, .*, expires/],
    [{ rotate: 90 }, 'invalid-request', /Expected only style, .*, expires/],
    [{ expires: 'tomorrow' }, 'invalid-request', /Unix time/],
    [{ 'max-size': 1 }, 'invalid-request', /options such as/],
  ])('%j, signed or not', async (options, problem, detail) => {
    await refused(pathOf(options as Record<string, string>), problem, detail);
    expect(requests).toHaveLength(0);
  });

  test.each([
    ['/etc/passwd', 'invalid-request', /http\(s\) URL in base64url/],
    ['data:image/png;base64,AAAA', 'invalid-request', /http\(s\) URL in base64url/],
    ['upload:1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'invalid-request', /http\(s\) URL/],
    ['http://10.0.0.7/photo.jpg', 'source-refused', /public address/],
  ])('the source %s, signed or not', async (from, problem, detail) => {
    await refused(pathOf({}, from), problem, detail);
  });

  test('a source in another coding', async () => {
    for (const text of [`${Buffer.from(source()).toString('base64url')}=`, '_-_-', 'aHR0cA==']) {
      const signed = `/-/${text}`;
      const path = `${PAINTINGS_PATH}${signatureOf(signed, key!)}${signed}`;
      await refused(path, 'invalid-request', /base64url/);
    }
  });

  test('what is no photograph', async () => {
    sent.body = Buffer.from('%PDF-1.7');
    await refused(pathOf(), 'unsupported-media-type', /PDF/);
  });
});

describe('signatures', () => {
  test('are those of imgproxy', () => {
    // The example of https://docs.imgproxy.net/usage/signing_url.
    const secret = { key: Buffer.from('secret'), salt: Buffer.from('hello') };
    const path =
      '/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png';
    expect(signatureOf(path, secret)).toBe('oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8');
  });

  const option = fc.tuple(fc.stringMatching(/^\w{1,12}$/), fc.stringMatching(/^[\w.,:-]{0,20}$/));
  const asked: fc.Arbitrary<AskedPainting> = fc.record({
    options: fc.array(option, { maxLength: 5 }),
    source: fc.webUrl({ withQueryParameters: true }),
  });
  const urlOf = (path: string) => new URL(path, 'http://localhost');

  test('give back what was signed', () => {
    fc.assert(
      fc.property(asked, (painting) => {
        const url = urlOf(paintingPath(painting, key!));
        expect(readPaintingUrl(url, [older!, key!])).toEqual(painting);
      }),
    );
  });

  test('are of no other URL: one letter changed, left out, added or moved is refused', () => {
    const letter = fc.stringMatching(/^[\w.,:;=%/-]$/);
    const changes = fc.tuple(fc.nat(), letter, fc.constantFrom('change', 'add', 'drop', 'swap'));
    fc.assert(
      fc.property(asked, changes, (painting, [where, other, kind]) => {
        const path = paintingPath(painting, key!);
        const at = PAINTINGS_PATH.length + (where % (path.length - PAINTINGS_PATH.length));
        const middle = { change: other, add: path[at]! + other, drop: '', swap: '' }[kind];
        const changed =
          kind === 'swap'
            ? path.slice(0, at) + (path[at + 1] ?? '') + path[at] + path.slice(at + 2)
            : path.slice(0, at) + middle + path.slice(at + 1);
        fc.pre(changed !== path && urlOf(changed).pathname !== path);
        expect(() => readPaintingUrl(urlOf(changed), [key!])).toThrow(/signature/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a link to the page', () => {
  const pictureOf = async (query: string, by = server) => {
    const { text } = await by.get(`/${query}`);
    return /property="og:image" content="([^"]*)"/.exec(text)?.[1];
  };

  test('shows the signed painting that it is to, which anybody may fetch', async () => {
    const path = pathOf({ style: 'udnie' });
    const picture = await pictureOf(`?painting=${path}`);
    expect(picture).toBe(server.url() + path);
    expect((await server.get(path)).headers['content-type']).toBe('image/jpeg');
  });

  test('shows the sample where nobody has signed, and nothing of elsewhere', async () => {
    const sample = `${server.url()}/assets/share.jpg`;
    expect((await server.get('/assets/share.jpg')).headers['content-type']).toBe('image/jpeg');
    const unsigned = pathOf({ style: 'udnie' }, source(), { ...key!, salt: Buffer.from('other') });
    for (const query of [
      '',
      `?painting=${unsigned}`,
      '?painting=//elsewhere.example/x.jpg',
      '?painting=/v1/paintings/%22%3E%3Cscript%3E',
    ]) {
      expect(await pictureOf(query)).toBe(sample);
    }
    expect(await pictureOf(`?painting=${pathOf()}`, withoutKeys)).toBe(
      `${withoutKeys.url()}/assets/share.jpg`,
    );
  });

  test('is not answered again where it has not changed', async () => {
    const { headers } = await server.get('/');
    const again = await server.get('/').set('if-none-match', headers['etag']!);
    expect(again.status).toBe(304);
  });
});
