/** Styles as training leaves them, with the networks of styles that ship. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type StyleManifest, styleManifestSchema } from '../../src/styles/manifest.ts';
import { MODELS_DIR } from './folders.ts';

const FILES = ['model.json', 'weights.bin', 'preview.jpg', 'README.md', 'ranges.json'];

/** A style of that id which paints as `like` does. */
export async function learnedLike(like: string, id: string) {
  const folder = join(MODELS_DIR, like);
  const { light: _, ...manifest } = styleManifestSchema.parse(
    JSON.parse(await readFile(join(folder, 'style.json'), 'utf8')),
  );
  const style: StyleManifest = { ...manifest, id, title: 'Own' };
  const contents = await Promise.all(
    FILES.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const),
  );
  return { style, files: Object.fromEntries(contents) };
}
