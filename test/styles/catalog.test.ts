import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseStyleMix } from '../../src/network/mix.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { MODELS_DIR } from '../support/folders.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-models-'));
  await cp(join(MODELS_DIR, 'udnie'), join(folder, 'udnie'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

describe('the catalog', () => {
  test('opens what ships, and every network is what its manifest says', async () => {
    const catalog = await openCatalog(MODELS_DIR);
    expect(catalog.styles.length).toBeGreaterThanOrEqual(6);
    for (const style of catalog.styles) {
      const { network } = await catalog.load(style);
      expect(network.name).toBe(style.network);
    }
  });

  test('resolves mixes and names what it knows where it cannot', async () => {
    const catalog = await openCatalog(MODELS_DIR);
    const mix = parseStyleMix('udnie:0.5,great-wave:0.5');
    expect(catalog.resolve(mix).map(({ id }) => id)).toEqual(['great-wave', 'udnie']);
    expect(() => catalog.get('x')).toThrow(/Expected one of .*udnie.*, got "x"/);
  });

  test('refuses weights that were changed', async () => {
    const path = join(folder, 'udnie/weights.bin');
    const weights = await readFile(path);
    weights[1000]! ^= 1;
    await writeFile(path, weights);
    const catalog = await openCatalog(folder);
    await expect(catalog.load(catalog.get('udnie'))).rejects.toThrow(/SHA-256/);
  });

  test.each([
    ['not JSON', '{', /style.json/],
    ['an incomplete manifest', '{"id":"udnie"}', /title/],
    ['another id', JSON.stringify({ id: 'other' }), /style.json/],
  ])('says which manifest is not valid: %s', async (_, manifest, message) => {
    await writeFile(join(folder, 'udnie/style.json'), manifest);
    await expect(openCatalog(folder)).rejects.toThrow(message);
  });

  test('a folder without styles, or none, is an error', async () => {
    await rm(join(folder, 'udnie'), { recursive: true });
    await mkdir(join(folder, '.unfinished'));
    await expect(openCatalog(folder)).rejects.toThrow(/Expected styles in/);
    await expect(openCatalog(join(folder, 'nowhere'))).rejects.toThrow(
      /Expected a folder of styles/,
    );
  });
});
