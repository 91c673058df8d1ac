/** Text of callers, wherever they may put it: it is understood or refused, and never breaks anything. */

import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const server = useServer();
const photo = await jpeg(16, 12);

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
}

interface Operation {
  readonly method: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly mediaType: string | undefined;
}

let operations: Operation[];
let painted: string;

beforeAll(async () => {
  const { body: document } = await server.get('/openapi.json');
  operations = Object.entries<Record<string, { parameters?: Parameter[]; requestBody?: object }>>(
    document.paths,
  ).flatMap(([template, item]) =>
    Object.entries(item).map(([method, { parameters = [], requestBody }]) => {
      const { content = {} } = (requestBody ?? {}) as { content?: object };
      const mediaType = 'image/jpeg' in content ? 'image/jpeg' : Object.keys(content)[0];
      return { method: method.toUpperCase(), template, parameters, mediaType };
    }),
  );
  const job = await server.put('/v1/stylizations/there').type('image/jpeg').send(photo);
  expect(job.status).toBe(200);
  painted = 'there';
});

/** Sent as it stands: clients of this test's do not tidy it up. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      { port: server.port(), host: '127.0.0.1', method, path, headers },
      (answer) => {
        resolve(answer.statusCode ?? 0);
        answer.destroy();
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What breaks parsers, keys, files, numbers and queries. */
const TRAPS = [
  '',
  ' ',
  '.',
  '..',
  '%',
  '%zz',
  '%E0%A4%A',
  '%00',
  '%2F',
  '%5C',
  'error',
  'newListener',
  'NaN',
  '-0',
  '1e999',
  '__proto__',
  'constructor',
  'toString',
  'a:b',
  'a b',
  'a'.repeat(300),
  'é'.repeat(100),
  '🎨',
  '\ud800',
  '~000000000001',
  'job.json',
  '.js',
  `${'a'.repeat(300)}.js`,
];

const NUMBERS = ['null', 'undefined', 'Infinity', '-1', '1e3', '0x10', '9'.repeat(400)];

const text = fc.oneof(
  fc.constantFrom(...TRAPS, ...NUMBERS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/** As a client encodes it; or as it is, escapes and all, where a request line can hold it. */
const inUrl = fc.tuple(text, fc.boolean()).map(([raw, encoded]) => {
  const whole = raw.replace(/[\ud800-\udfff]/g, '');
  if (encoded) return encodeURIComponent(whole);
  return whole.replace(/[^!$%&'()*+,\-.0-9:;=@A-Z_a-z~]/g, '');
});

const inHeader = text.map((raw) => raw.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''));

const requests = () =>
  fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      values: fc.array(fc.oneof(inUrl, fc.constant(painted)), { minLength: 9, maxLength: 9 }),
      given: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      headers: fc.array(inHeader, { minLength: 8, maxLength: 8 }),
    }),
  );

describe('arbitrary text in every parameter of every route', () => {
  test('is never a failure of the server', async () => {
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(requests(), async ({ operation, values, given, headers }) => {
        const { method, template, parameters, mediaType } = operation;
        let next = 0;
        const value = () => values[next++ % values.length]!;
        const path = template.replace(/\{\w+\}/g, () => value() || 'x');
        const query = parameters
          .filter((parameter, i) => parameter.in === 'query' && given[i])
          .map(({ name }) => `${name}=${value()}`);
        const sent = Object.fromEntries(
          parameters
            .filter((parameter, i) => parameter.in === 'header' && given[i])
            .map(({ name }, i) => [name, headers[i % headers.length]!]),
        );
        const type: Record<string, string> = mediaType ? { 'content-type': mediaType } : {};
        const status = await ask(
          method,
          query.length > 0 ? `${path}?${query.join('&')}` : path,
          { ...sent, ...type, accept: headers[7] || '*/*' },
          mediaType === undefined ? undefined : photo,
        );
        seen.set(status, (seen.get(status) ?? 0) + 1);
        // What is not installed here is not a failure.
        if (status !== 501) expect(status).toBeLessThan(500);
      }),
      { numRuns: 600, interruptAfterTimeLimit: 50_000 },
    );
    // It got past the door: what is known and what is not were both asked for.
    expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 404, 422]));
  });

  test.each(TRAPS)('%j in the path of every route that has one', async (trap) => {
    const raw = trap.replace(/[^!$%&'()*+,\-.0-9:;=@A-Z_a-z~]/g, '');
    for (const value of [raw, encodeURIComponent(trap.replace(/[\ud800-\udfff]/g, ''))]) {
      if (value === '') continue;
      for (const { method, template, mediaType } of operations) {
        const path = template.replace(/\{\w+\}/g, value);
        if (path === template) continue;
        const type: Record<string, string> = mediaType ? { 'content-type': mediaType } : {};
        const body = mediaType === undefined ? undefined : photo;
        expect([path, await ask(method, path, type, body)]).toEqual([
          path,
          expect.toSatisfy((status: number) => status < 500),
        ]);
      }
      expect(await ask('GET', `/assets/${value}`, {})).toBeLessThan(500);
    }
  });
});
