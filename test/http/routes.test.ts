/** Every route is one value: its path is written once, and the document tells of it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { useServer } from '../support/server.ts';

const folder = fileURLToPath(new URL('../../src/http/', import.meta.url));
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** A path may be served under several methods, each with a contract of its own. */
test('no route is written twice', () => {
  const contracts = sources.flatMap(({ text }) =>
    [...text.matchAll(/method: '(\w+)',\s+path: (?:'([^']+)'|`([^`]+)`)/g)].map(
      ([, method, plain, template]) => `${method} ${plain ?? template}`,
    ),
  );
  expect(contracts.length).toBeGreaterThan(15);
  expect(contracts).toEqual([...new Set(contracts)]);
});

test('routes are served by their contracts and in no other way', () => {
  const direct = sources.filter(({ text }) =>
    /\bapp\.(?:get|post|put|delete|patch|on)\(/.test(text),
  );
  expect(direct.map(({ name }) => name)).toEqual(['route.ts']);
});

describe('the document', () => {
  const server = useServer();

  test('tells of every route of the API, and each is served', async () => {
    const { body } = await server.get('/openapi.json');
    const paths: Record<string, Record<string, unknown>> = body.paths;
    const told = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method, path })),
    );
    expect(told.length).toBeGreaterThan(15);
    for (const { method, path } of told) {
      const url = server.url() + path.replaceAll(/\{\w+\}/g, 'none');
      const answer = await fetch(url, { method: 'PATCH' });
      const allowed = answer.headers.get('allow')?.split(', ');
      expect([path, allowed]).toEqual([path, expect.arrayContaining([method.toUpperCase()])]);
    }
  });
});
