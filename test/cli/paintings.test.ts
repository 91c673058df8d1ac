/** Where `impasto stylize` puts paintings, and what it calls them. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCatalog } from '../../src/styles/catalog.ts';
import { runImpasto } from '../support/cli.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { jpeg, picture, pixelsOf } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

const PHOTOS: Readonly<Record<string, Buffer>> = {
  jpg: await jpeg(40, 30),
  webp: await picture(40, 30).webp().toBuffer(),
  tif: await picture(40, 30).tiff().toBuffer(),
};

/** A folder with photographs, each of the format that its extension says. */
function album(...names: readonly string[]): string {
  const folder = temporary();
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), PHOTOS[name.slice(name.lastIndexOf('.') + 1)]!);
  }
  return folder;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

/** What a command adds to the folder. */
async function painted(folder: string, ...words: readonly string[]): Promise<string[]> {
  const before = filesIn(folder);
  const { code, stderr } = await runImpasto(['stylize', ...words], folder);
  expect([code, stderr]).toEqual([0, '']);
  return filesIn(folder).filter((name) => !before.includes(name));
}

describe('without --output', () => {
  test('a painting lies beside its photograph, and its place is told', async () => {
    const folder = album('holiday/a.jpg');
    const { stdout } = await runImpasto(['stylize', 'holiday/a.jpg', '-s', 'udnie'], folder);
    expect(stdout).toBe('holiday/a.jpg -> holiday/a-udnie.jpg\n');
    expect(filesIn(folder)).toEqual(['holiday/a-udnie.jpg', 'holiday/a.jpg']);
  });

  test('a mix is named so that every file system takes it', async () => {
    const folder = album('a.jpg');
    const names = await painted(folder, 'a.jpg', '-s', 'udnie:0.4,great-wave:0.6');
    expect(names).toEqual(['a-great-wave-0.6+udnie-0.4.jpg']);
  });

  test('a folder is painted with its folders, and paintings of earlier runs are not', async () => {
    const folder = album('in/a.jpg', 'in/deep/b.jpg');
    const names = ['in/a-udnie.jpg', 'in/deep/b-udnie.jpg'];
    expect(await painted(folder, 'in', '-s', 'udnie')).toEqual(names);
    expect(await painted(folder, 'in', '-s', 'udnie')).toEqual([]);
    const others = ['in/a-great-wave.jpg', 'in/deep/b-great-wave.jpg'];
    expect(await painted(folder, 'in', '-s', 'great-wave')).toEqual(others);
    expect(await painted(folder, 'in', '-o', 'out')).toEqual(['out/a.jpg', 'out/deep/b.jpg']);
  });
});

describe('a folder as --output', () => {
  test('holds the folders of the one that was named, and is not painted itself', async () => {
    const folder = album('in/a.jpg', 'in/x/a.jpg', 'in/y/a.jpg');
    const names = ['in/out/a.jpg', 'in/out/x/a.jpg', 'in/out/y/a.jpg'];
    expect(await painted(folder, 'in', '-o', 'in/out')).toEqual(names);
    expect(await painted(folder, 'in', '-o', 'in/out')).toEqual([]);
  });

  test.each([
    [[], ['out/a.jpg', 'out/a.tif.jpg', 'out/a.webp']],
    [
      ['-f', 'png'],
      ['out/a.jpg.png', 'out/a.tif.png', 'out/a.webp.png'],
    ],
    [
      ['--name', '{style}/{name}.webp'],
      ['out/udnie/a.jpg.webp', 'out/udnie/a.tif.webp', 'out/udnie/a.webp'],
    ],
  ])(
    'photographs that differ by their extension have a painting each: %j',
    async (words, names) => {
      const folder = album('in/a.jpg', 'in/a.webp', 'in/a.tif');
      expect(await painted(folder, 'in', '-s', 'udnie', '-o', 'out', ...words)).toEqual(names);
    },
  );
});

test('--all-styles paints in every one', async () => {
  const folder = album('a.jpg');
  const { styles } = await openCatalog(MODELS_DIR);
  const names = styles.map(({ id }) => `out/a-${id}.jpg`).sort();
  expect(await painted(folder, 'a.jpg', '--all-styles', '-o', 'out')).toEqual(names);
  const [one = Buffer.of(), other = Buffer.of()] = await Promise.all(
    names.map(async (name) => (await pixelsOf(readFileSync(join(folder, name)))).data),
  );
  expect(Buffer.compare(Buffer.from(one), Buffer.from(other))).not.toBe(0);
});

test('a name is filled in once, whatever the photograph is called', async () => {
  const folder = album('{style}.jpg');
  expect(
    await painted(folder, '{style}.jpg', '-s', 'udnie', '--name', '{style}-{name}.png'),
  ).toEqual(['udnie-{style}.png']);
});
