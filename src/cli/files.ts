/** Which files a command line means: names, folders and patterns -> input and output paths. */

import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { isOutputFormat, type OutputFormat } from '../pictures/formats.ts';
import { checkNotOverwritten, identityOf, STANDARD, UsageError } from './outputs.ts';

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

/**
 * Absolute paths of files named by paths, folders and patterns, in that order, each once whatever
 * leads to it. Folders stand for the images in them, "-" for standard input. Throws a
 * {@link UsageError} where a name matches nothing.
 */
export async function findPhotos(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(matches));
  const photos = new Map<string, string>();
  for (const path of found.flat()) {
    const file = `${(await identityOf(path)) ?? path} ${nameOf(path)}`;
    if (!photos.has(file)) photos.set(file, path);
  }
  return [...photos.values()];
}

async function matches(name: string): Promise<string[]> {
  if (name === STANDARD) return [STANDARD];
  const entry = await stat(name).catch(() => undefined);
  if (entry?.isFile()) return [resolve(name)];
  const photos = entry?.isDirectory()
    ? await glob(`*.{${INPUT_EXTENSIONS.join(',')}}`, {
        cwd: name,
        absolute: true,
        caseSensitiveMatch: false,
        expandDirectories: false,
      })
    : await glob(name, { absolute: true, expandDirectories: false });
  if (photos.length === 0) throw new UsageError(`Expected photographs at ${name}, found none.`);
  return photos.sort();
}

export interface Destination {
  /** Whether paintings go into a folder under their photographs' names. */
  readonly isFolder: boolean;
  readonly path: string;
}

/**
 * One photograph may go to a file or to standard output; several need a folder, and names for what
 * goes there. Throws a {@link UsageError}.
 */
export async function readDestination(
  path: string,
  photos: readonly string[],
): Promise<Destination> {
  const destination = await destinationAt(path);
  if (photos.length > 1 && !destination.isFolder) {
    const place = path === STANDARD ? 'standard output' : path;
    throw new UsageError(`Expected a folder for ${photos.length} paintings, got ${place}.`);
  }
  if (destination.isFolder && photos.includes(STANDARD)) {
    throw new UsageError(`Expected a file for a photograph from standard input, got ${path}.`);
  }
  return destination;
}

async function destinationAt(path: string): Promise<Destination> {
  if (path === STANDARD) return { isFolder: false, path };
  const entry = await stat(path).catch(() => undefined);
  const isFolder = entry?.isDirectory() ?? (path.endsWith('/') || extname(path) === '');
  return { isFolder, path };
}

const EXTENSIONS: Readonly<Record<string, OutputFormat>> = { jpg: 'jpeg', jpeg: 'jpeg' };

/** The format that was asked for or that a file name asks for; undefined where neither does. Throws a {@link UsageError}. */
export function formatOfPath(
  { isFolder, path }: Destination,
  asked: OutputFormat | undefined,
): OutputFormat | undefined {
  if (isFolder || path === STANDARD) return asked;
  const extension = extname(path).slice(1).toLowerCase();
  const format = EXTENSIONS[extension] ?? extension;
  if (isOutputFormat(format) && asked !== undefined && asked !== format) {
    throw new UsageError(`Expected a file name for ${asked}, got ${path}.`);
  }
  if (isOutputFormat(format)) return format;
  throw new UsageError(`Expected a .jpg, .png, .webp or .avif file to write, got ${path}.`);
}

/** Where the painting of a photograph goes. */
export function outputPath(
  { isFolder, path }: Destination,
  photo: string,
  format: OutputFormat,
): string {
  if (!isFolder) return path;
  const extension = format === 'jpeg' ? 'jpg' : format;
  return join(path, `${nameOf(photo)}.${extension}`);
}

/** Throws a {@link UsageError} where a painting would overwrite a photograph. */
export async function checkPhotosKept(
  photos: readonly string[],
  { isFolder, path }: Destination,
): Promise<void> {
  const places = photos.filter((photo) => photo !== STANDARD);
  await checkNotOverwritten(isFolder ? places.map((photo) => dirname(photo)) : places, path);
}

/** Distinct photographs whose paintings would overwrite each other. Throws a {@link UsageError}. */
export function checkDistinct(photos: readonly string[]): void {
  const names = new Map<string, string>();
  for (const photo of photos) {
    const name = nameOf(photo);
    const other = names.get(name);
    if (other !== undefined) {
      throw new UsageError(`Expected photographs of different names, got ${other} and ${photo}.`);
    }
    names.set(name, photo);
  }
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}
