/** Requests that nobody honest sends, made at random from the routes of the OpenAPI document. */

import { deflateSync, gzipSync } from 'node:zlib';
import { bomb, jpeg } from '../support/pictures.ts';
import { randomNumbers } from '../support/random.ts';

/** How a request's bytes are sent. */
export type Manner = 'whole' | 'trickled' | 'stalled' | 'hung up';

export interface HostileRequest {
  readonly route: string;
  readonly manner: Manner;
  /** Head and body as they go over the connection. */
  readonly bytes: Buffer;
}

export interface Document {
  readonly paths: Record<
    string,
    Record<string, { parameters?: { name: string; in: string }[]; requestBody?: object }>
  >;
}

const TEXTS = [
  '',
  '%',
  '%00',
  '%E0%A4%A',
  '..%2F..%2Fetc%2Fpasswd',
  'error',
  '__proto__',
  'a%20b',
  'a'.repeat(300),
  '1e999',
  '-1',
  'NaN',
  '%F0%9F%8E%A8',
  'starry-night',
  'http%3A%2F%2F169.254.169.254%2F',
  'http%3A%2F%2F',
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'];

const MEDIA_TYPES = [
  'image/jpeg',
  'image/svg+xml',
  'Application/JSON; charset=utf-16',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'text/plain',
  '/',
  'application/octet-stream',
];

const HEADERS = [
  'prefer: respond-async, wait=99999999999',
  'prefer: wait=0',
  'prefer: ;;;,=,wait=-1',
  'cancel-after: 1s',
  'cancel-after: never',
  'idempotency-key: \xff\xfe',
  `idempotency-key: ${'k'.repeat(5000)}`,
  'if-none-match: *',
  'accept: image/avif;q=0, */*;q=0.000001',
  'accept: ;;;q=x',
  'accept-encoding: gzip;q=0, *;q=2',
  'content-encoding: gzip',
  'last-event-id: 1e999',
  'range: bytes=-1',
  'expect: 100-continue',
  'x-forwarded-for: \'";<script>',
];

/** The generator gives the same requests for the same seed. */
export async function hostileRequests(
  document: Document,
  seed: number,
): Promise<() => HostileRequest> {
  const random = randomNumbers(seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const photo = await jpeg(64, 48);
  const bodies = hostileBodies(photo, random);
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  );
  return () => {
    const { path, method, parameters = [], requestBody } = one(routes);
    const verb = random() < 0.85 ? method.toUpperCase() : one(METHODS);
    const filled = path.replace(/\{\w+\}/g, () => one(TEXTS) || 'x');
    const query = parameters
      .filter(({ in: place }) => place === 'query' && random() < 0.3)
      .map(({ name }) => `${name}=${one(TEXTS)}`);
    const target = query.length > 0 ? `${filled}?${query.join('&')}` : filled;
    const body = requestBody || random() < 0.1 ? one(bodies)() : Buffer.alloc(0);
    const manner: Manner =
      random() < 0.8 ? 'whole' : one(['trickled', 'stalled', 'hung up'] as const);
    const announced = manner === 'stalled' ? body.byteLength + 50_000_000 : body.byteLength;
    const head = [
      `${verb} ${target} HTTP/1.1`,
      'host: 127.0.0.1',
      'connection: close',
      'x-caller: hostile',
      ...(body.byteLength > 0 || manner === 'stalled'
        ? [
            `content-type: ${random() < 0.7 ? likelyType(body) : one(MEDIA_TYPES)}`,
            `content-length: ${announced}`,
          ]
        : []),
      ...HEADERS.filter(() => random() < 0.08),
    ];
    const bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
    return { route: `${method} ${path}`, manner, bytes };
  };
}

/** What gets past the door. */
function likelyType(body: Buffer): string {
  const start = body.toString('latin1', 0, 3);
  if (start === '--b') return 'multipart/form-data; boundary=b';
  return /^[{[]/.test(start) ? 'application/json' : 'image/jpeg';
}

function hostileBodies(photo: Buffer, random: () => number): (() => Buffer)[] {
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => random() * 256));
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const dataUrl = `data:image/jpeg;base64,${photo.toString('base64')}`;
  const bombs = [bomb(30_000, 30_000), bomb(3000, 3000)];
  const wrong = json({ images: Array.from({ length: 200_000 }, (_, i) => i) });
  const deep = Buffer.from(`${'['.repeat(90_000)}`);
  const keys = json(Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i])));
  const part = (head: string, body: Buffer | string) =>
    Buffer.concat([Buffer.from(`--b\r\n${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')]);
  return [
    () => Buffer.from(photo),
    () => photo.subarray(0, random() * photo.length),
    () => {
      const damaged = Buffer.from(photo);
      for (let i = 0; i < 20; i += 1)
        damaged[Math.floor(random() * damaged.length)] = random() * 256;
      return damaged;
    },
    () => bombs[0]!,
    () => bombs[1]!,
    () => noise(2000),
    () => gzipSync(photo),
    () => deflateSync(noise(100)),
    () => wrong,
    () => deep,
    () => keys,
    () => json({ image: dataUrl, strength: '__proto__', webhook_events_filter: ['x', 1, {}] }),
    () => json({ image: `${dataUrl.slice(0, 200)}%%%`, max_size: -1 }),
    () => json({ image: `http://127.0.0.1:1/${'a'.repeat(3000)}` }),
    () => json({ image: 'upload:../../../etc/passwd' }),
    () => json({ media_type: 'image/png', bytes: 1e300 }),
    () => json({ images: [dataUrl, { image: 7 }, null] }),
    () => Buffer.from('{"image":'),
    () =>
      Buffer.concat([
        part('content-disposition: form-data; name="image"', photo),
        Buffer.from('--b--'),
      ]),
    () => Buffer.concat([part('content-disposition: form-data', photo), part('x: y', 'z')]),
    () =>
      Buffer.concat(
        Array.from({ length: 500 }, () => part('content-disposition: form-data; name=a', '1')),
      ),
  ];
}
