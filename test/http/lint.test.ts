/** The OpenAPI document is as two linters recommend. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString, parseYaml } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { beforeAll, describe, expect, test } from 'vitest';
import { useServer } from '../support/server.ts';

const server = useServer();

let source: string;
beforeAll(async () => {
  source = (await server.get('/openapi.json')).text;
});

/** What the linter says, with where. */
type Linter = (source: string) => Promise<string[]>;

const redocly: Linter = async (text) => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, config });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`,
  );
};

const spectral: Linter = async (text) => {
  const file = fileURLToPath(new URL('../../.spectral.yaml', import.meta.url));
  const { rules } = parseYaml(readFileSync(file, 'utf8')) as { rules: Record<string, 'off'> };
  const linter = new spectralCore.Spectral();
  linter.setRuleset(new spectralCore.Ruleset({ extends: [oas], rules }));
  const problems = await linter.run(text);
  return problems.map(({ code, message, path }) => `${code} ${path.join('/')}: ${message}`);
};

describe.each([
  ['redocly', redocly],
  ['spectral', spectral],
])('%s', (_, lint) => {
  test('has nothing to say about the document', async () => {
    expect(await lint(source)).toEqual([]);
  });

  test('has nothing to say about the document with one kind of body', async () => {
    expect(await lint((await server.get('/openapi.json?body=form')).text)).toEqual([]);
  });

  test('is asked: it finds an operation without a name, and a reference to nothing', async () => {
    const damaged = JSON.parse(source);
    delete damaged.paths['/v1/styles'].get.operationId;
    damaged.webhooks['video.failed'].post.requestBody.content['application/json'].schema = {
      $ref: '#/components/schemas/Nothing',
    };
    const found = (await lint(JSON.stringify(damaged))).join('\n');
    expect(found).toMatch(/^operation-operationId .*styles/m);
    expect(found).toMatch(/resolve|exist/);
  });
});
