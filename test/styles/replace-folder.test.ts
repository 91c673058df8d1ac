/** Importing over a style: the old one or the new one is there, whole, whenever the process ends. */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCatalog } from '../../src/styles/catalog.ts';
import { replaceFolder } from '../../src/styles/replace-folder.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { temporary } from '../support/temporary.ts';

test('the new files are there, those that are kept too, and nothing lies beside', async () => {
  const folder = join(temporary(), 'style');
  await replaceFolder(folder, { 'a.txt': '1', 'light/b.txt': '2' });
  await replaceFolder(folder, { 'a.txt': '3' }, { keep: true });
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('3');
  expect(readFileSync(join(folder, 'light/b.txt'), 'utf8')).toBe('2');
  await replaceFolder(folder, { 'a.txt': '4' });
  expect(readdirSync(folder)).toEqual(['a.txt']);
  expect(readdirSync(join(folder, '..'))).toEqual(['style']);
});

test('a style that made room when its import was killed is put back', async () => {
  const models = temporary();
  cpSync(join(MODELS_DIR, 'udnie'), join(models, 'udnie'), { recursive: true });
  mkdirSync(join(models, '.new-half'));
  renameSync(join(models, 'udnie'), join(models, '.old.udnie'));
  const catalog = await openCatalog(models);
  await catalog.check();
  expect(catalog.styles.map(({ id }) => id)).toEqual(['udnie']);
  expect(existsSync(join(models, '.old.udnie'))).toBe(false);
});
