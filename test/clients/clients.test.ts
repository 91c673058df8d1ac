/** Clients made from the OpenAPI document: they compile, and they work against the real server. */

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateSource } from 'oazapfts';
import { beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENT_FILE, generateClients } from '../../scripts/clients.ts';
import { compile } from '../support/compiler.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** In the project, whose packages a client may import. */
const FOLDER = path('../../build/test-clients');

/** What `usages/hey-api.ts` exports; its own types are there only once the client is generated. */
interface Usage {
  paint(
    baseUrl: string,
    photo: Blob,
  ): Promise<{
    catalog?: { styles: { id: string }[] };
    blob?: Blob;
    stylization?: object;
    problem?: object;
    status?: number;
  }>;
}

describe('a generated client', () => {
  const server = useServer();
  beforeAll(async () => {
    await generateClients(FOLDER);
    await copyFile(path('usages/hey-api.ts'), join(FOLDER, 'usage.ts'));
  });

  test('compiles under strict rules, and refuses what the API would refuse', async () => {
    expect(await compile(FOLDER, 'usage.ts')).toBe('');
  });

  test('sends files, gets paintings as blobs, descriptions and problems with their types', async () => {
    const { paint } = (await import(join(FOLDER, 'usage.ts'))) as Usage;
    const photo = new Blob([new Uint8Array(await jpeg(64, 48))], { type: 'image/jpeg' });
    const { catalog, blob, stylization, problem, status } = await paint(server.url(), photo);
    expect(catalog?.styles.map(({ id }) => id)).toContain('the-scream');
    const bytes = new Uint8Array(await blob!.arrayBuffer());
    expect(await pixelsOf(bytes)).toMatchObject({ width: 32, height: 24 });
    expect(stylization).toMatchObject({ id: 'order-1', status: 'succeeded', style: 'udnie' });
    expect(problem).toMatchObject({ status: 404, type: '/problems#style-not-found' });
    expect(status).toBe(404);
  });

  test('does what the documentation shows', async () => {
    const page = await readFile(path('../../docs/clients.md'), 'utf8');
    const [, example = ''] = /^```ts\n([\s\S]*?)^```/m.exec(page) ?? [];
    const file = join(FOLDER, 'example.ts');
    await writeFile(join(FOLDER, 'photo.jpg'), await jpeg(64, 48));
    await writeFile(
      file,
      [
        "import { readFile } from 'node:fs/promises';",
        example
          .replaceAll('http://localhost:8080', server.url())
          .replaceAll('photo.jpg', join(FOLDER, 'photo.jpg')),
        'export { painting, stylization };',
      ].join('\n'),
    );
    expect(await compile(FOLDER, 'example.ts')).toBe('');
    const { painting, stylization } = await import(file);
    expect(painting.size).toBeGreaterThan(100);
    expect(stylization).toMatchObject({ id: 'order-1234', style: 'udnie' });
  });

  test('can be made by another generator too', async () => {
    const source = await generateSource(join(FOLDER, DOCUMENT_FILE));
    await writeFile(join(FOLDER, 'oazapfts.ts'), source);
    expect(await compile(FOLDER, 'oazapfts.ts')).toBe('');
    const document = JSON.parse(await readFile(join(FOLDER, DOCUMENT_FILE), 'utf8'));
    const operations = Object.values(document.paths as Record<string, object>).flatMap((item) =>
      Object.values(item as Record<string, { operationId?: string }>),
    );
    expect(operations.length).toBeGreaterThan(15);
    for (const { operationId } of operations) {
      expect(source).toContain(`export function ${operationId}(`);
    }
  });
});
