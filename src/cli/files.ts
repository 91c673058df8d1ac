/** Which photographs a command line means: names, folders and patterns. */

import { stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { identityOf, STANDARD, UsageError } from './outputs.ts';

const INPUT_EXTENSIONS = [
  'jpg',
  'jpeg',
  'png',
  'webp',
  'avif',
  'heic',
  'heif',
  'gif',
  'tif',
  'tiff',
];

export interface Photo {
  /** Absolute, or "-" for standard input. */
  readonly path: string;
  /** The folders between it and the one that was named, such as `2026/may`; empty where there are none. */
  readonly beneath: string;
  /** Whether it was found in a folder rather than named. */
  readonly isFound: boolean;
}

/** The file's name without its extension. */
export function nameOf(path: string): string {
  return basename(path, extname(path));
}

/**
 * Photographs named by paths, folders and patterns, in that order, each once whatever leads to it.
 * Folders stand for the images in them and in their folders, but for those in `output`; "-" stands for
 * standard input. Throws a {@link UsageError} where a name matches nothing.
 */
export async function findPhotos(names: readonly string[], output?: string): Promise<Photo[]> {
  const found = await Promise.all(names.map((name) => matches(name, output)));
  const photos = new Map<string, Photo>();
  for (const photo of found.flat()) {
    const file = `${(await identityOf(photo.path)) ?? photo.path} ${nameOf(photo.path)}`;
    if (!photos.has(file)) photos.set(file, photo);
  }
  return [...photos.values()];
}

async function matches(name: string, output: string | undefined): Promise<Photo[]> {
  if (name === STANDARD) return [named(STANDARD)];
  const entry = await stat(name).catch(() => undefined);
  if (entry?.isFile()) return [named(resolve(name))];
  const photos = entry?.isDirectory()
    ? await photosIn(name, output)
    : (await glob(name, { absolute: true, expandDirectories: false })).sort().map(named);
  if (photos.length === 0) throw new UsageError(`Expected photographs at ${name}, found none.`);
  return photos;
}

function named(path: string): Photo {
  return { path, beneath: '', isFound: false };
}

/** The images of a folder and of its folders, but for those in `output`, in the order of their paths. */
export async function photosIn(folder: string, output?: string): Promise<Photo[]> {
  const root = resolve(folder);
  const paths = await glob(`**/*.{${INPUT_EXTENSIONS.join(',')}}`, {
    cwd: root,
    absolute: true,
    caseSensitiveMatch: false,
    expandDirectories: false,
  });
  const others = output === undefined || !isIn(root, resolve(output)) ? '' : resolve(output);
  return paths
    .filter((path) => others === '' || !isIn(others, path))
    .map((path) => resolve(path))
    .sort()
    .map((path) => ({ path, beneath: relative(root, dirname(path)), isFound: true }));
}

function isIn(folder: string, path: string): boolean {
  return resolve(path).startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
