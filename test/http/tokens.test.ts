/** Tokens of an identity provider, as a service accepts and refuses them. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import { createApp } from '../../src/http/app.ts';
import { createServices } from '../../src/services/services.ts';
import { jobRequest } from '../support/job-request.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { testConfig } from '../support/server.ts';

const ISSUER = 'https://id.example/';
const AUDIENCE = 'impasto';
const path = '/v1/stylizations';

const [known, strange, other] = await Promise.all([
  generateKeyPair('RS256', { extractable: true }),
  generateKeyPair('RS256'),
  generateKeyPair('ES384', { extractable: true }),
]);
const jwks = {
  keys: [
    { ...(await exportJWK(known.publicKey)), kid: 'known', alg: 'RS256' },
    { ...(await exportJWK(other.publicKey)), kid: 'other', alg: 'ES384' },
  ],
};
const pem = new TextEncoder().encode(await exportSPKI(known.publicKey));

const provider = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.url !== '/jwks') response.statusCode = 500;
  response.end(JSON.stringify(jwks));
});
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;

const { keys, text } = keysOf({ own: { tenant: 'shop' } });
const logged: string[] = [];
const note = (...line: unknown[]) => void logged.push(JSON.stringify(line));

async function appWith(settings: Record<string, string>) {
  const services = await createServices(
    testConfig({ ACCESS_JWT_ISSUER: ISSUER, ACCESS_JWT_AUDIENCE: AUDIENCE, ...settings }),
  );
  const app = createApp({ ...services, log: { info: note, warn: note, error: note } }, () => 'ok');
  return { app, services };
}
const { app, services } = await appWith({ ACCESS_JWKS_URL: `${origin}/jwks`, ACCESS_KEYS: text });
const broken = await appWith({ ACCESS_JWKS_URL: `${origin}/none` });
const limited = await appWith({ ACCESS_JWKS_URL: `${origin}/jwks`, ACCESS_JWT_RATE: '1' });
afterAll(async () => {
  for (const { services } of [broken, limited]) await services.close();
  await services.close();
  provider.close();
});

const CLAIMS = { sub: 'shop', scope: 'openid jobs paint', iss: ISSUER, aud: AUDIENCE };
type Claims = Record<string, string | undefined>;

function token(
  claims: Claims = {},
  { key = known.privateKey, alg = 'RS256', kid = 'known', exp = '5m' } = {},
) {
  const unsigned = new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ alg, kid });
  return (exp ? unsigned.setExpirationTime(exp) : unsigned).sign(key as CryptoKey);
}

async function ask(shown: string, of = app) {
  const answer = await of.request(path, { headers: bearer(shown) });
  const body = (await answer.json()) as { type?: string };
  return {
    status: answer.status,
    type: body.type?.slice('/problems#'.length),
    headers: answer.headers,
  };
}

describe('a token', () => {
  test('is accepted where the provider has signed it for us, and its subject is the tenant', async () => {
    await services.of('shop').jobs.submit(jobRequest('mine'));
    const asked = [await token(), keys.own].map(async (shown) => {
      const answer = await app.request(`${path}/mine`, { headers: bearer(shown) });
      return answer.status;
    });
    expect(await Promise.all(asked)).toEqual([200, 200]);
  });

  test('does not reach what is another subject’s, or lay there before', async () => {
    await services.of('open').jobs.submit(jobRequest('before'));
    for (const sub of ['shop', 'auth0|7', 'open']) {
      const headers = bearer(await token({ sub }));
      const answer = await app.request(`${path}/before`, { headers });
      expect([sub, answer.status]).toEqual([sub, 404]);
    }
  });

  const cases: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['for another audience', () => token({ aud: 'others' })],
    ['of another issuer', () => token({ iss: 'https://evil.example/' })],
    ['that is over', () => token({}, { exp: '-1m' })],
    ['without an end', () => token({}, { exp: '' })],
    ['without a subject', () => token({ sub: undefined })],
    ['signed by a strange key', () => token({}, { key: strange.privateKey })],
    ['of an unknown key', () => token({}, { key: strange.privateKey, kid: 'strange' })],
    [
      'of an algorithm that is not allowed',
      () => token({}, { key: other.privateKey, alg: 'ES384', kid: 'other' }),
    ],
    [
      'signed with the public key as a secret',
      () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'HS256', kid: 'known' })
          .setExpirationTime('5m')
          .sign(pem),
    ],
    ['that nobody has signed', () => new UnsecuredJWT(CLAIMS).setExpirationTime('5m').encode()],
    ['that is no token', () => 'aaa.bbb.ccc'],
  ];

  test.each(cases)('%s is refused', async (_, make) => {
    const shown = await make();
    const { status, type, headers } = await ask(shown);
    expect([status, type]).toEqual([401, 'key-refused']);
    expect(headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
    expect(logged.join()).not.toContain(shown);
  });

  test('without the scope is refused with 403', async () => {
    for (const scope of ['paint', undefined, 'jobsx']) {
      expect([scope, (await ask(await token({ scope }))).status]).toEqual([scope, 403]);
    }
  });

  test('cannot be checked where the provider does not answer: 503, not 401', async () => {
    const { status, type, headers } = await ask(await token(), broken.app);
    expect([status, type, headers.get('retry-after')]).toEqual([503, 'provider-unavailable', '5']);
  });

  test('has the rate that the settings say, each tenant by itself', async () => {
    const first = await ask(await token(), limited.app);
    expect([first.status, first.headers.get('ratelimit')]).toEqual([200, '"requests";r=0;t=1']);
    expect((await ask(await token(), limited.app)).status).toBe(429);
    expect((await ask(await token({ sub: 'other' }), limited.app)).status).toBe(200);
  });
});

test('a service with a provider asks for a key', async () => {
  expect((await broken.app.request(path)).status).toBe(401);
});

test.each([
  [{ ACCESS_JWKS_URL: origin, ACCESS_JWT_ISSUER: '' }, /Expected ACCESS_JWT_ISSUER/],
  [{ ACCESS_JWKS_URL: origin, ACCESS_JWT_AUDIENCE: '' }, /Expected ACCESS_JWT_ISSUER and/],
  [{ ACCESS_JWT_ALGORITHMS: 'RS256,HS256' }, /instead of "HS256"/],
  [{ ACCESS_JWT_ALGORITHMS: 'none' }, /instead of "none"/],
  [{ ACCESS_JWKS_URL: origin, ACCESS: 'open' }, /Expected auto or keys/],
])('settings %j are refused', (settings, message) => {
  const all = { ACCESS_JWT_ISSUER: ISSUER, ACCESS_JWT_AUDIENCE: AUDIENCE, ...settings };
  expect(() => testConfig(all)).toThrow(ConfigError);
  expect(() => testConfig(all)).toThrow(message);
});
