/** Where paintings go: to a file, into a folder, or beside their photographs. */

import { stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { isOutputFormat, type OutputFormat } from '../pictures/formats.ts';
import { nameOf, type Photo } from './files.ts';
import { checkNotOverwritten, STANDARD, UsageError } from './outputs.ts';
import { holds, NAME_WITH_STYLE, PLAIN_NAME, paintingName } from './painting-names.ts';

/** Standard output counts as a file. */
interface OneFile {
  readonly kind: 'file';
  readonly path: string;
}

interface Named {
  readonly kind: 'named';
  /** Paintings go beside their photographs where there is none. */
  readonly folder: string | undefined;
  readonly template: string;
}

export type Destination = OneFile | Named;

/** What a command line says of its outputs. */
export interface OutputFlags {
  readonly output?: string | undefined;
  readonly name?: string | undefined;
}

/** What is painted: how many paintings in how many styles, and whether more may come. */
export interface Extent {
  readonly photos: readonly Photo[];
  readonly styles: number;
  readonly isOpen: boolean;
}

/**
 * One painting may go to a file or to standard output; several need a folder, or go beside their photographs, under
 * names that tell them apart. Throws a {@link UsageError}.
 */
export async function readDestination(flags: OutputFlags, extent: Extent): Promise<Destination> {
  const fromInput = extent.photos.some(({ path }) => path === STANDARD);
  const destination = await destinationOf(flags, fromInput, extent.styles);
  const paintings = extent.photos.length * extent.styles;
  if (destination.kind === 'named') {
    checkNames(destination, extent, fromInput);
    return destination;
  }
  if (paintings > 1 || extent.isOpen) {
    const place = destination.path === STANDARD ? 'standard output' : destination.path;
    const count = extent.isOpen ? 'the' : paintings;
    throw new UsageError(`Expected a folder for ${count} paintings, got ${place}.`);
  }
  return destination;
}

async function destinationOf(
  { output, name }: OutputFlags,
  fromInput: boolean,
  styles: number,
): Promise<Destination> {
  if (output === undefined && fromInput && name === undefined) {
    return { kind: 'file', path: STANDARD };
  }
  if (output === undefined) {
    return { kind: 'named', folder: undefined, template: name ?? NAME_WITH_STYLE };
  }
  if (await isFolder(output)) {
    const usual = styles > 1 ? NAME_WITH_STYLE : PLAIN_NAME;
    return { kind: 'named', folder: output, template: name ?? usual };
  }
  if (name !== undefined) {
    throw new UsageError(`Expected a folder for paintings named by --name, got ${output}.`);
  }
  return { kind: 'file', path: output };
}

async function isFolder(path: string): Promise<boolean> {
  if (path === STANDARD) return false;
  const entry = await stat(path).catch(() => undefined);
  return entry?.isDirectory() ?? (path.endsWith('/') || extname(path) === '');
}

function checkNames(
  { folder, template }: Named,
  { photos, styles, isOpen }: Extent,
  fromInput: boolean,
): void {
  if (fromInput) {
    const place = folder ?? `names such as ${template}`;
    throw new UsageError(`Expected a file for a photograph from standard input, got ${place}.`);
  }
  if ((photos.length > 1 || isOpen) && !holds(template, 'name')) {
    throw new UsageError(`Expected {name} in the names of several photographs, got ${template}.`);
  }
  if (styles > 1 && !holds(template, 'style')) {
    throw new UsageError(`Expected {style} in the names for several styles, got ${template}.`);
  }
}

const EXTENSIONS: Readonly<Record<string, OutputFormat>> = { jpg: 'jpeg', jpeg: 'jpeg' };

/** The format that was asked for or that names ask for; undefined where neither does. Throws a {@link UsageError}. */
export function formatOf(
  destination: Destination,
  asked: OutputFormat | undefined,
): OutputFormat | undefined {
  const name = destination.kind === 'file' ? destination.path : destination.template;
  if (name === STANDARD || name.endsWith('{ext}')) return asked;
  const format = formatOfPath(name);
  if (asked === undefined || asked === format) return format;
  throw new UsageError(`Expected a file name for ${asked}, got ${name}.`);
}

/** The format that the extension of a file means. Throws a {@link UsageError}. */
export function formatOfPath(path: string): OutputFormat {
  const extension = extname(path).slice(1).toLowerCase();
  const format = EXTENSIONS[extension] ?? extension;
  if (isOutputFormat(format)) return format;
  throw new UsageError(`Expected a .jpg, .png, .webp or .avif file to write, got ${path}.`);
}

/** Where the painting of a photograph in a style goes. */
export type OutputPath = (photo: Photo, style: string, format: OutputFormat) => string;

/** `photos` are all that are known: two which differ by their extension only keep out of each other's way. */
export function outputPaths(destination: Destination, photos: readonly Photo[]): OutputPath {
  if (destination.kind === 'file') return () => destination.path;
  const { template } = destination;
  const place = (photo: Photo) => folderOf(destination, photo);
  const counts = new Map<string, number>();
  const plain = (photo: Photo) => join(place(photo), nameOf(photo.path));
  for (const photo of photos) counts.set(plain(photo), (counts.get(plain(photo)) ?? 0) + 1);
  return (photo, style, format) => {
    const isShared = (counts.get(plain(photo)) ?? 0) > 1;
    const name = paintingName(template, { photo: photo.path, style, format, isShared });
    return join(place(photo), name);
  };
}

/** The folders of a folder that was named are kept. */
function folderOf({ folder }: Named, { path, beneath }: Photo): string {
  return folder === undefined ? dirname(path) : join(folder, beneath);
}

/**
 * Photographs but for what is a painting of another among them and lies in their folders from an earlier run: its name
 * says of which photograph and in which of these styles it is.
 */
export function withoutPaintings(
  photos: readonly Photo[],
  destination: Destination,
  styles: readonly string[],
): Photo[] {
  const places = [BESIDE, ...(destination.kind === 'named' ? [destination] : [])];
  const named = places.filter(({ template }) => holds(template, 'style'));
  const paintings = new Set(
    photos.flatMap((photo) => named.flatMap((place) => paintingsOf(photo, place, styles))),
  );
  return photos.filter(({ path, isFound }) => !isFound || !paintings.has(withoutExtension(path)));
}

const BESIDE: Named = { kind: 'named', folder: undefined, template: NAME_WITH_STYLE };

/** Without their extensions. */
function paintingsOf(photo: Photo, place: Named, styles: readonly string[]): string[] {
  return styles.flatMap((style) =>
    [false, true].map((isShared) => {
      const parts = { photo: photo.path, style, format: 'jpeg', isShared } as const;
      return withoutExtension(join(folderOf(place, photo), paintingName(place.template, parts)));
    }),
  );
}

function withoutExtension(path: string): string {
  return resolve(dirname(path), nameOf(path));
}

/** Throws a {@link UsageError} where paintings would overwrite photographs, as far as that shows before one is painted. */
export async function checkPhotosKept(
  photos: readonly Photo[],
  destination: Destination,
): Promise<void> {
  const places = photos.map(({ path }) => path).filter((path) => path !== STANDARD);
  if (destination.kind === 'file') return checkNotOverwritten(places, destination.path);
  if (destination.template !== PLAIN_NAME) return;
  const folders = new Set(places.map((path) => dirname(path)));
  for (const folder of new Set(photos.map((photo) => folderOf(destination, photo)))) {
    await checkNotOverwritten([...folders], folder);
  }
}

/** Photographs of one name, whose paintings would overwrite each other. Throws a {@link UsageError}. */
export function checkDistinct(
  photos: readonly Photo[],
  { kind }: Destination,
  outputPath: OutputPath,
): void {
  if (kind === 'file') return;
  const paintings = new Map<string, Photo>();
  for (const photo of photos) {
    const painting = outputPath(photo, 'style', 'jpeg');
    const other = paintings.get(painting);
    if (other !== undefined) {
      const names = `${other.path} and ${photo.path}`;
      throw new UsageError(`Expected photographs of different names, got ${names}.`);
    }
    paintings.set(painting, photo);
  }
}
