/** Every route of the app, whoever adds it, held against every kind of caller. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES, type Scope } from '../../src/access/scopes.ts';
import { createApp } from '../../src/http/app.ts';
import { createServices, type SharedServices } from '../../src/services/services.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { testConfig } from '../support/server.ts';

/** What nobody is asked a key for: a route that is not among these needs one. */
const PUBLIC = new Set([
  'GET /',
  'GET /assets/:name{[\\w.-]+}',
  'GET /docs',
  'GET /openapi.json',
  'GET /problems',
  'GET /health/live',
  'GET /health/ready',
  'GET /v1/styles',
  'GET /v1/styles/:id',
  'GET /v1/styles/:id/preview',
  'GET /v1/paintings/:signature/:settings/:source',
  'GET /v1/blobs/*',
  'PUT /v1/blobs/*',
]);

const without = (scope: Scope) => SCOPES.filter((other) => other !== scope);

const { keys, text } = keysOf({
  all: {},
  expired: { expires: '2026-01-01T00:00:00.000Z' },
  paint: { scopes: without('paint') },
  jobs: { scopes: without('jobs') },
  train: { scopes: without('train') },
  admin: { scopes: without('admin') },
});
const revoked = keysOf({ it: {} }).keys.it;
const otherSecret = keys.all.slice(0, -43) + revoked.slice(-43);

const logged: string[] = [];
const note = (fields: object, message: string) => {
  logged.push(JSON.stringify([fields, message]));
};

let services: SharedServices;
let app: ReturnType<typeof createApp>;
let securityOf: (method: string, path: string) => readonly Scope[] | undefined;

interface Document {
  readonly paths: Record<string, Record<string, { security?: readonly { key: Scope[] }[] }>>;
}

interface Target {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}
let targets: Target[];

beforeAll(async () => {
  services = await createServices(testConfig({ ACCESS_KEYS: text, WORK: 'true' }));
  app = createApp({ ...services, log: { info: note, warn: note, error: note } }, () => 'ok');
  targets = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => ({
      name: `${method} ${path}`,
      method,
      path: path.replaceAll(/:\w+(?:\{[^}]*\})?/g, 'some-id').replace('*', 'some-key'),
    }));
  const document = (await (await app.request('/openapi.json')).json()) as Document;
  securityOf = (method, path) =>
    document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.security?.[0]?.key;
});
afterAll(() => services.close());

const ask = async ({ method, path }: Target, headers: Record<string, string> = {}) => {
  const body = method === 'GET' ? null : 'not read';
  const answer = await app.request(path, { method, headers, body });
  return { answer, told: JSON.stringify([[...answer.headers], await answer.text()]) };
};

const guarded = () => targets.filter(({ name }) => !PUBLIC.has(name));

/** What every route that needs a key answers. */
async function forAll(
  headers: (target: Target) => Record<string, string>,
  expected: (target: Target) => object,
): Promise<void> {
  expect(guarded().length).toBeGreaterThan(14);
  for (const target of guarded()) {
    const { answer, told } = await ask(target, headers(target));
    const type = /problems#([\w-]+)/.exec(told)?.[1];
    const challenge = answer.headers.get('www-authenticate');
    expect({ name: target.name, status: answer.status, type, challenge }).toEqual({
      name: target.name,
      ...expected(target),
    });
    for (const key of [...Object.values(keys), revoked]) {
      expect(told).not.toContain(key.slice(-43));
      expect(told).not.toContain(key.slice(0, 16));
    }
  }
  for (const key of [...Object.values(keys), revoked]) {
    expect(logged.join()).not.toContain(key.slice(-43));
  }
}

const invalid = (description: string) => () => ({
  status: 401,
  type: 'key-refused',
  challenge: expect.stringMatching(
    new RegExp(`^Bearer realm="impasto", error="invalid_token", error_description="${description}`),
  ),
});

describe('a route that needs a key', () => {
  test('asks for one', async () => {
    await forAll(
      () => ({}),
      () => ({ status: 401, type: 'key-needed', challenge: 'Bearer realm="impasto"' }),
    );
  });

  test.each([
    ['what is no bearer', 'Basic c2hvcDpzZWNyZXQ=', 'Expected an Authorization header with Bearer'],
    ['what is no key', 'Bearer imp_secret', 'Expected a key of the form'],
    ['a key that was revoked', `Bearer ${revoked}`, 'Expected a key that is known'],
    ['the secret of another key', `Bearer ${otherSecret}`, 'Expected a key that is known'],
    ['an expired key', `Bearer ${keys.expired}`, 'Expected a key that works; this one expired'],
  ])('refuses %s', async (_, authorization, description) => {
    await forAll(() => ({ authorization }), invalid(description));
  });

  test('refuses a key that does not allow it, and the document names the scope', async () => {
    const scopeOf = ({ name }: Target) => {
      const [method = '', path = ''] = name.split(' ');
      return securityOf(method, path)?.[0] ?? 'admin';
    };
    await forAll(
      (target) => bearer(keys[scopeOf(target)]),
      (target) => ({
        status: 403,
        type: 'scope-missing',
        challenge: `Bearer realm="impasto", error="insufficient_scope", scope="${scopeOf(target)}"`,
      }),
    );
  });

  test('answers a key that allows it', async () => {
    for (const target of guarded()) {
      const { answer } = await ask(target, bearer(keys.all));
      expect([target.name, [401, 403].includes(answer.status)]).toEqual([target.name, false]);
      const [, keyId] = keys.all.split('_');
      expect(JSON.parse(logged.at(-1)!)[0]).toMatchObject({ keyId, tenant: 'shop' });
    }
  });

  test('answers the word Bearer in any case, as the standard has it', async () => {
    const headers = { authorization: `bearer  ${keys.all}` };
    expect((await app.request('/v1/stylizations', { headers })).status).toBe(200);
  });
});

describe('a public route', () => {
  test('is one of the app', () => {
    const names = targets.map(({ name }) => name);
    expect([...PUBLIC].filter((name) => !names.includes(name))).toEqual([]);
  });

  test('asks for no key, and refuses nobody for a wrong one', async () => {
    for (const target of targets.filter(({ name }) => PUBLIC.has(name))) {
      for (const headers of [{}, bearer(revoked)]) {
        const { answer } = await ask(target, headers);
        expect([target.name, answer.status === 401]).toEqual([target.name, false]);
        expect(answer.headers.get('www-authenticate')).toBeNull();
      }
      const [method = '', path = ''] = target.name.split(' ');
      expect([target.name, securityOf(method, path)]).toEqual([target.name, undefined]);
    }
  });
});

test('a preflight needs no key, and lets pages send one', async () => {
  const answer = await app.request('/v1/stylizations', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
  expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'authorization',
  ]);
});
