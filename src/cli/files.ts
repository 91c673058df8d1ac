/** Which files a command line means: names, folders and patterns -> input and output paths. */

import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { isOutputFormat, type OutputFormat } from '../images/formats.ts';

/** A command line that does not say what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

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
 * Absolute paths of files named by paths, folders and patterns, in that order, each once. Folders stand for the
 * images in them. Throws a {@link UsageError} where a name matches nothing.
 */
export async function findPhotos(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(matches));
  return [...new Set(found.flat())];
}

async function matches(name: string): Promise<string[]> {
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

/** One photograph may go to a file; several need a folder. Throws a {@link UsageError}. */
export async function readDestination(path: string, photos: number): Promise<Destination> {
  const entry = await stat(path).catch(() => undefined);
  const isFolder = entry?.isDirectory() ?? (path.endsWith('/') || extname(path) === '');
  if (photos > 1 && !isFolder) {
    throw new UsageError(`Expected a folder for ${photos} paintings, got ${path}.`);
  }
  return { isFolder, path };
}

const EXTENSIONS: Readonly<Record<string, OutputFormat>> = { jpg: 'jpeg', jpeg: 'jpeg' };

/** The format that was asked for or that a file name asks for; undefined where neither does. Throws a {@link UsageError}. */
export function formatOfPath(
  { isFolder, path }: Destination,
  asked: OutputFormat | undefined,
): OutputFormat | undefined {
  if (isFolder) return asked;
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
  return join(path, `${basename(photo, extname(photo))}.${extension}`);
}

/** Throws a {@link UsageError} where a painting would overwrite a photograph. */
export function checkNotOverwritten(photos: readonly string[], destination: Destination): void {
  const target = resolve(destination.path);
  const lost = photos.find((photo) =>
    destination.isFolder ? dirname(photo) === target : photo === target,
  );
  if (lost === undefined) return;
  throw new UsageError(`Expected another place for paintings than that of ${lost}.`);
}

/** Distinct photographs whose paintings would overwrite each other. Throws a {@link UsageError}. */
export function checkDistinct(photos: readonly string[]): void {
  const names = new Map<string, string>();
  for (const photo of photos) {
    const name = basename(photo, extname(photo));
    const other = names.get(name);
    if (other !== undefined) {
      throw new UsageError(`Expected photographs of different names, got ${other} and ${photo}.`);
    }
    names.set(name, photo);
  }
}
