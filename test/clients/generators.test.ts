/** What generators of others make of the document: it compiles under strict rules, lists styles and paints. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import { generate } from 'orval';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { compile } from '../support/compiler.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** In the project, whose packages a client may import. */
const FOLDER = path('../../build/test-generators');

/** Where `test/support/generators.sh` puts what is too large to be installed with the project. */
const LARGE = path('../../build/generators');

interface Generator {
  readonly name: string;
  /** Such as `swagger-typescript-api`, where it is one of the large ones. */
  readonly command?: string;
  /** Makes a client of the document in `openapi.json` of this folder. */
  readonly generate: (folder: string, baseUrl: string) => Promise<unknown>;
}

const run = (command: string, folder: string, ...rest: string[]) =>
  promisify(execFile)(process.execPath, [join(LARGE, 'node_modules/.bin', command), ...rest], {
    cwd: folder,
  });

const KUBB_SETTINGS = `
import { defineConfig } from '@kubb/core';
import { pluginClient } from '@kubb/plugin-client';
import { pluginOas } from '@kubb/plugin-oas';
import { pluginTs } from '@kubb/plugin-ts';

const plugins = [pluginOas({ generators: [], validate: false }), pluginTs(), pluginClient({ client: 'fetch', bundle: true })];
const output = { path: 'client', extension: { '.ts': '.js' }, format: false, lint: false };
export default defineConfig({ root: process.cwd(), input: { path: 'openapi.json' }, output, plugins });
`;

const GENERATORS: readonly Generator[] = [
  {
    name: 'openapi-fetch',
    async generate(folder) {
      const blob = ts.factory.createTypeReferenceNode('Blob');
      const types = await openapiTS(new URL(`file://${folder}/openapi.json`), {
        transform: ({ format }) => (format === 'binary' ? blob : undefined),
      });
      await writeFile(join(folder, 'schema.ts'), astToString(types));
    },
  },
  {
    name: 'orval',
    generate: (folder, baseUrl) =>
      generate({
        input: { target: join(folder, 'openapi.json') },
        output: { target: join(folder, 'client.ts'), client: 'fetch', baseUrl },
      }),
  },
  {
    name: 'swagger-typescript-api',
    command: 'swagger-typescript-api',
    generate: (folder) =>
      run('swagger-typescript-api', folder, 'generate', '-p', 'openapi.json', '-o', '.'),
  },
  {
    name: 'kubb',
    command: 'kubb',
    async generate(folder) {
      const settings = join(LARGE, 'kubb.config.mjs');
      await writeFile(settings, KUBB_SETTINGS);
      return run('kubb', folder, 'generate', '--config', settings);
    },
  },
];

const isMissing = ({ command }: Generator) =>
  command !== undefined && !existsSync(join(LARGE, 'node_modules/.bin', command));

/** Of a generator and a compiler, on a machine that is busy with other work. */
const TIMEOUT_MS = 180_000;

/** What each file of `usages/` exports; its own types are there only once the client is generated. */
interface Usage {
  paint(baseUrl: string, photo: Blob): Promise<{ styles: string[]; painting: Blob }>;
}

const server = useServer();

describe.each(GENERATORS)('$name', (generator) => {
  const { name } = generator;

  test.skipIf(isMissing(generator))(
    `makes a client that compiles, lists styles and paints${isMissing(generator) ? ' (not installed: test/support/generators.sh)' : ''}`,
    { timeout: TIMEOUT_MS },
    async () => {
      const folder = join(FOLDER, name);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const { text } = await server.get('/openapi.json?body=form');
      await writeFile(join(folder, 'openapi.json'), text);
      await generator.generate(folder, server.url());
      await copyFile(path(`usages/${name}.ts`), join(folder, 'usage.ts'));
      expect(await compile(folder, 'usage.ts')).toBe('');

      const { paint } = (await import(join(folder, 'usage.ts'))) as Usage;
      const photo = new Blob([new Uint8Array(await jpeg(64, 48))], { type: 'image/jpeg' });
      const { styles, painting } = await paint(server.url(), photo);
      expect(styles).toContain('the-scream');
      const bytes = new Uint8Array(await painting.arrayBuffer());
      expect(await pixelsOf(bytes)).toMatchObject({ width: 32, height: 24 });
    },
  );
});
