/** What callers see when something breaks inside: nothing of the inside. */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { MODELS_DIR, useServer } from '../support/server.ts';

const folder = await mkdtemp(join(tmpdir(), 'impasto-broken-'));
await cp(MODELS_DIR, folder, { recursive: true });
const weights = join(folder, 'udnie/weights.bin');
const intact = await readFile(weights);
await writeFile(weights, intact.subarray(0, 1000));
afterAll(() => rm(folder, { recursive: true }));

const server = useServer({ MODELS_DIR: folder });
const paint = async (style: string) =>
  server.send(
    server
      .post('/v1/stylizations')
      .query({ style })
      .type('image/jpeg')
      .send(await jpeg()),
  );

test('a damaged style is a 500 that tells nothing, others work, and it recovers when mended', async () => {
  const answer = await paint('udnie');
  expect([answer.status, answer.body.type]).toEqual([500, '/problems#internal']);
  expect(answer.body.instance).toBe(`urn:request:${answer.headers['x-request-id']}`);
  expect(answer.text).not.toMatch(/weights|sha|impasto-broken|at /i);
  expect(answer.headers['etag']).toBeUndefined();
  expect((await paint('great-wave')).status).toBe(200);
  await writeFile(weights, intact);
  expect((await paint('udnie')).status).toBe(200);
});
