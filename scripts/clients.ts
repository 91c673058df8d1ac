/**
 * `npm run clients`: the OpenAPI document and a TypeScript client made from it, in build/clients.
 * `generateClients` is what the tests use.
 */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import { loadConfig } from '../src/config/config.ts';
import { thisMachine } from '../src/host/machine.ts';
import { createApp } from '../src/http/app.ts';
import { createServices } from '../src/services/services.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export const DOCUMENT_FILE = 'openapi.json';
export const TYPESCRIPT_FOLDER = 'typescript';

/** Writes the document and the client into a folder. */
export async function generateClients(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const document = await openApiDocument();
  await writeFile(join(folder, DOCUMENT_FILE), JSON.stringify(document, null, 2));
  await createClient({
    input: document,
    output: { path: join(folder, TYPESCRIPT_FOLDER) },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  });
}

/** As the server itself answers it: photographs are sent as forms. */
async function openApiDocument(): Promise<Record<string, unknown>> {
  const folders = { modelsDir: `${root}models`, distDir: `${root}dist` };
  const services = await createServices(
    loadConfig({ LOG_LEVEL: 'silent' }, { ...thisMachine(), ...folders }),
  );
  try {
    const answer = await createApp(services, () => 'ok').request('/openapi.json?body=form');
    return (await answer.json()) as Record<string, unknown>;
  } finally {
    await services.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'build/clients');
  await generateClients(folder);
  console.log(`TypeScript client and ${DOCUMENT_FILE} in ${folder}`);
}
