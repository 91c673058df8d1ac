/** The bundle of containers and functions: errors name classes and places as the sources do. */

import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { built } from '../support/built.ts';

const bundle = await built('bundle');
const scripts = (await readdir(bundle, { recursive: true }))
  .filter((name) => name.endsWith('.js') && !/^(?:node_modules|assets|models)\b/.test(name))
  .map((name) => join(bundle, name));

test('every script has a source map, without the sources in it', () => {
  expect(scripts.length).toBeGreaterThan(9);
  for (const script of scripts) {
    expect(readFileSync(script, 'utf8')).toMatch(/\/\/# sourceMappingURL=\S+\.js\.map\s*$/);
    expect(existsSync(`${script}.map`)).toBe(true);
    expect(JSON.parse(readFileSync(`${script}.map`, 'utf8')).sourcesContent).toBeUndefined();
  }
});

test('classes keep their names', async () => {
  const texts = await Promise.all(scripts.map((script) => readFile(script, 'utf8')));
  expect(texts.filter((text) => text.includes('"UnreadableMessageError"'))).not.toEqual([]);
});

test('its manifest says what it is for', async () => {
  const manifest = JSON.parse(await readFile(join(bundle, 'package.json'), 'utf8'));
  expect(manifest).toEqual({ type: 'module', os: [process.platform], cpu: [process.arch] });
});
