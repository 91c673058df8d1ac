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
    input: oneForm(document),
    output: { path: join(folder, TYPESCRIPT_FOLDER) },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  });
}

/**
 * Functions of a client take one kind of body and give one kind of result, where the API knows
 * several: photographs are sent as forms; what is created comes as the painting, what is put under
 * an id of the caller's own comes as its description.
 */
function oneForm(document: Document): Document {
  const chosen = structuredClone(document);
  const { post } = chosen.paths['/v1/stylizations'] ?? {};
  const { put } = chosen.paths['/v1/stylizations/{id}'] ?? {};
  for (const operation of [post, put]) keepOnly(operation?.requestBody, 'multipart/form-data');
  keepOnly(post?.responses['200'], 'image/jpeg');
  keepOnly(put?.responses['200'], 'application/json');
  return chosen;
}

function keepOnly(body: Body | undefined, mediaType: string): void {
  const content = body?.content?.[mediaType];
  if (body === undefined || content === undefined) {
    throw new TypeError(`Expected ${mediaType} in the document.`);
  }
  body.content = { [mediaType]: content };
}

interface Body {
  content?: Record<string, object>;
}

interface Operation {
  requestBody?: Body;
  responses: Record<string, Body>;
}

interface Document {
  [key: string]: unknown;
  paths: Record<string, { post?: Operation; put?: Operation }>;
}

/** As the server itself answers it. */
async function openApiDocument(): Promise<Document> {
  const folders = { modelsDir: `${root}models`, distDir: `${root}dist` };
  const services = await createServices(
    loadConfig({ LOG_LEVEL: 'silent' }, { ...thisMachine(), ...folders }),
  );
  try {
    const answer = await createApp(services, () => 'ok').request('/openapi.json');
    return (await answer.json()) as Document;
  } finally {
    await services.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'build/clients');
  await generateClients(folder);
  console.log(`TypeScript client and ${DOCUMENT_FILE} in ${folder}`);
}
