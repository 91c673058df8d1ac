/** The styles found in a models folder: their manifests at once, their networks on demand. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { memoized } from '../concurrency/memoized.ts';
import { ProblemError } from '../errors.ts';
import type { StyleMix } from '../network/mix.ts';
import { MANIFEST_FILE, type StyleManifest } from './manifest.ts';
import { restoreReplaced } from './replace-folder.ts';
import { CatalogError, folderFiles, type StyleReaders, styleReaders } from './style-files.ts';
import { readManifest } from './style-folder.ts';

export interface Catalog extends StyleReaders {
  /** Sorted by id. */
  readonly styles: readonly StyleManifest[];
  /** Throws a `style-not-found` problem that names the styles there are. */
  get(id: string): StyleManifest;
  /** The styles of a mix, in its order. Throws like {@link Catalog.get}. */
  resolve(mix: StyleMix): StyleManifest[];
  /** Reads every network. Throws a {@link CatalogError} that names what is damaged. */
  check(): Promise<void>;
}

/** What callers are told of a damaged style: which file it is, the cause says. Other errors stay. */
export function unavailable(style: string): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof CatalogError)) throw cause;
    const detail = `A file of the style ${style} is missing or damaged here; other styles can be used.`;
    throw new ProblemError('style-unavailable', detail, { cause });
  };
}

/** Throws a {@link CatalogError} where the folder holds no style or a manifest is not valid. */
export async function openCatalog(modelsDir: string): Promise<Catalog> {
  const styles = await readManifests(modelsDir);
  const byId = new Map(styles.map((style) => [style.id, style]));
  const get = (id: string): StyleManifest => {
    const style = byId.get(id);
    if (style !== undefined) return style;
    const known = [...byId.keys()].join(', ');
    throw new ProblemError(
      'style-not-found',
      `Expected one of ${known}, got "${id.slice(0, 80)}".`,
    );
  };
  const readers = styleReaders(({ id }) => folderFiles(join(modelsDir, id)));
  return {
    ...readers,
    styles,
    get,
    resolve: (mix) => mix.parts.map(({ style }) => get(style)),
    load: memoized(readers.load, ({ id }) => id),
    async check() {
      for (const style of styles) {
        await readers.load(style);
        if (style.light) await readers.loadLight(style);
      }
    },
  };
}

async function readManifests(modelsDir: string): Promise<StyleManifest[]> {
  // Left by an import that was killed; where the folder cannot be written, nobody imports.
  await restoreReplaced(modelsDir).catch(() => {});
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new CatalogError(`Expected a folder of styles at ${modelsDir}.`, { cause });
  });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  const styles = await Promise.all(folders.sort().map((name) => readNamed(modelsDir, name)));
  if (styles.length === 0) throw new CatalogError(`Expected styles in ${modelsDir}, found none.`);
  return styles;
}

async function readNamed(modelsDir: string, folder: string): Promise<StyleManifest> {
  const manifest = await readManifest(join(modelsDir, folder));
  if (manifest.id === folder) return manifest;
  const path = join(modelsDir, folder, MANIFEST_FILE);
  throw new CatalogError(`Expected a style manifest at ${path}: its id is "${manifest.id}"`);
}
