/** A style as a folder, which other servers and folders of styles can take. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { MANIFEST_FILE, type StyleManifest, styleManifestSchema } from './manifest.ts';
import { CatalogError, folderFiles, styleReaders } from './style-files.ts';

/** A style and its files by their names, but for its manifest. */
export interface WholeStyle {
  readonly style: StyleManifest;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Throws a {@link CatalogError} where the folder is no style's, or a file of it is damaged. */
export async function readStyleFolder(folder: string): Promise<WholeStyle> {
  const style = await readManifest(folder);
  const readers = styleReaders(() => folderFiles(folder));
  await readers.load(style);
  return { style, files: await readers.files(style) };
}

/** Throws a {@link CatalogError} where there is none. */
export async function readManifest(folder: string): Promise<StyleManifest> {
  const path = join(folder, MANIFEST_FILE);
  try {
    return styleManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new CatalogError(`Expected a style manifest at ${path}: ${reasonOf(cause)}`, { cause });
  }
}
