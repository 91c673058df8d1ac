/** Learned styles leave a server's store as files, and come into another's. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileStore } from '../../src/storage/file-store.ts';
import { tenantStore } from '../../src/storage/tenant-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { learnedStyles } from '../../src/styles/learned-styles.ts';
import { runImpasto } from '../support/cli.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { learnedLike } from '../support/learned.ts';
import { jpeg } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

function learnedIn(folder: string, tenant?: string) {
  return learnedStyles(tenantStore(fileStore(folder, urlSigner(new Uint8Array(32))), tenant));
}

/** A folder with a store, in which a tenant has learned a style. */
async function workplace(tenant?: string) {
  const folder = temporary();
  const DATA_DIR = join(folder, 'data');
  const { style, files } = await learnedLike('udnie', 'my-waves');
  await learnedIn(DATA_DIR, tenant).keep(style, files, 'a job');
  const impasto = (...words: string[]) =>
    runImpasto(words, folder, {
      DATA_DIR,
      MODELS_DIR: join(folder, 'models'),
      DEFAULT_STYLE: 'my-waves',
    });
  const withShipped = (...words: string[]) => runImpasto(words, folder, { DATA_DIR });
  return { folder, DATA_DIR, style, impasto, withShipped };
}

describe('impasto export', () => {
  test('writes a learned style, and what it is mixed with', async () => {
    const { folder, withShipped } = await workplace();
    for (const style of ['my-waves', 'my-waves:0.5,great-wave:0.5']) {
      const { code, stderr } = await withShipped('export', style, '-o', 'out.onnx');
      expect([code, stderr]).toEqual([0, '']);
      expect(readFileSync(join(folder, 'out.onnx')).length).toBeGreaterThan(100_000);
    }
  });

  test('finds styles of the tenant that is named, and of no other', async () => {
    const { withShipped } = await workplace('shop');
    const words = ['export', 'my-waves', '-o', 'out.onnx'];
    expect((await withShipped(...words, '--tenant', 'shop')).code).toBe(0);
    const { code, stderr } = await withShipped(...words);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Expected one of .*my-waves/)]);
  });

  test('makes no store where there is none', async () => {
    const folder = temporary();
    const { code } = await runImpasto(['export', 'nothing', '-o', 'out.onnx'], folder, {
      DATA_DIR: join(folder, 'data'),
    });
    expect([code, readdirSync(folder)]).toEqual([1, []]);
  });

  test('does not take a mix for a folder', async () => {
    const words = ['export', 'udnie:0.5,great-wave:0.5', '--format', 'style', '-o', 'out'];
    const { code, stderr } = await runImpasto(words, temporary());
    expect([code, stderr]).toEqual([2, expect.stringContaining('Expected one style')]);
  });
});

describe('the folder of a style', () => {
  test('becomes a style that ships, under another id where one is given', async () => {
    const { folder, impasto, withShipped } = await workplace();
    expect((await withShipped('export', 'my-waves', '-f', 'style', '-o', 'my-waves')).code).toBe(0);
    for (const words of [[], ['--id', 'others', '--title', 'Other waves']]) {
      const { code, stderr } = await impasto('import', 'my-waves', ...words);
      expect([code, stderr]).toEqual([0, '']);
    }
    const catalog = await openCatalog(join(folder, 'models'));
    await catalog.check();
    const told = catalog.styles.map(({ id, title, int8 }) => [id, title, int8 !== undefined]);
    expect(told).toEqual([
      ['my-waves', 'Own', true],
      ['others', 'Other waves', true],
    ]);
    expect(readFileSync(join(folder, 'models/others/README.md'), 'utf8')).toContain('Other waves');
    writeFileSync(join(folder, 'photo.jpg'), await jpeg(64, 48));
    const painted = await impasto('stylize', 'photo.jpg', '-s', 'others', '-o', 'painting.jpg');
    expect([painted.code, existsSync(join(folder, 'painting.jpg'))]).toEqual([0, true]);
  });

  test('becomes a learned style of a tenant, as often as it is asked for', async () => {
    const { DATA_DIR, style, withShipped } = await workplace();
    await withShipped('export', 'my-waves', '-f', 'style', '-o', 'my-waves');
    for (const _ of [1, 2]) {
      const { code, stderr } = await withShipped('import', 'my-waves', '--tenant', 'shop');
      expect([code, stderr]).toEqual([0, '']);
    }
    const learned = learnedIn(DATA_DIR, 'shop');
    expect(await learned.find('my-waves')).toEqual(style);
    expect((await learned.load(style)).ranges).toBeDefined();
  });

  test.each([
    ['that is damaged', ['broken'], 1, /with SHA-256/],
    ['that is none', ['.'], 1, /Expected a style manifest/],
    ['with a log beside it', ['whole', '--training-log', 'x'], 2, /Expected weights beside/],
    ['under the id of one that ships', ['whole', '--id', 'udnie', '--tenant', 'a'], 1, /is there/],
  ])('%s is refused', async (_, words, code, message) => {
    const { folder, withShipped } = await workplace();
    for (const name of ['broken', 'whole']) {
      await withShipped('export', 'my-waves', '-f', 'style', '-o', name);
    }
    writeFileSync(join(folder, 'broken/weights.bin'), 'nothing');
    const answer = await withShipped('import', ...words);
    expect([answer.code, answer.stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  test('a shipped one has its lighter network with it', async () => {
    const { folder, withShipped } = await workplace();
    await withShipped('export', 'udnie', '-f', 'style', '-o', 'udnie');
    const path = 'light/weights.bin';
    const copy = readFileSync(join(folder, 'udnie', path));
    expect(copy.equals(readFileSync(join(MODELS_DIR, 'udnie', path)))).toBe(true);
  });
});

test('weights are not imported without a word on what they are', async () => {
  const words = ['import', 'weights.safetensors', '--id', 'x'];
  const { code, stderr } = await runImpasto(words, temporary());
  expect([code, stderr]).toEqual([2, expect.stringContaining('Expected --title')]);
});
