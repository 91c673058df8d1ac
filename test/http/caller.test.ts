import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { callerOf } from '../../src/http/caller.ts';
import { testConfig } from '../support/server.ts';

async function caller(environment: Record<string, string>, bindings?: object): Promise<string> {
  const app = new Hono().get('/', (c) => c.text(callerOf(c, testConfig(environment))));
  const headers = { 'x-api-key': 'anna', 'x-forwarded-for': 'anything, 198.51.100.9' };
  return (await app.request('/', { headers }, bindings)).text();
}

test('callers are told apart by their address, or by the header that the operator names', async () => {
  const bindings = { incoming: { socket: { remoteAddress: '192.0.2.7' } } };
  expect(await caller({}, bindings)).toBe('192.0.2.7');
  expect(await caller({ CALLER_HEADER: 'X-Api-Key' }, bindings)).toBe('anna');
  expect(await caller({ CALLER_HEADER: 'x-other' }, bindings)).toBe('192.0.2.7');
  expect(await caller({ CALLER_HEADER: 'x-forwarded-for' }, bindings)).toBe('198.51.100.9');
  expect(await caller({})).toBe('unknown');
  expect(() => testConfig({ CALLER_HEADER: 'x forwarded' })).toThrow('the name of a header');
});
