/** Files that training reads, each when its turn comes. */

import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { ReadImage } from '../../images/read.ts';
import type { CheckpointStore } from '../../training/checkpoint.ts';
import type { PaintingSource } from '../../training/request.ts';
import type { WeighedFile } from '../arguments.ts';
import { findPhotos } from '../files.ts';
import { readInput, UsageError, writeOutput } from '../outputs.ts';

export function imageSource(path: string): ReadImage {
  return () => readInput(path);
}

export function paintingSources(files: readonly WeighedFile[]): PaintingSource[] {
  return files.map(({ path, weight }) => ({ read: imageSource(path), weight }));
}

/** The photographs of a folder. Throws a {@link UsageError} where there are none. */
export async function photographSources(folder: string): Promise<ReadImage[]> {
  return (await findPhotos([folder])).map(imageSource);
}

/**
 * The masks for the photographs of a folder, in their order: pictures of the same names. Throws a
 * {@link UsageError} where one has none.
 */
export async function maskSources(photos: string, masks: string): Promise<ReadImage[]> {
  const found = await findPhotos([masks]);
  return (await findPhotos([photos])).map((path) => {
    const mask = found.find((candidate) => nameOf(candidate) === nameOf(path));
    if (mask === undefined) throw new UsageError(`Expected a mask for ${path} in ${masks}.`);
    return imageSource(mask);
  });
}

export function checkpointFile(path: string): CheckpointStore {
  return {
    read: () => readFile(path).catch(ignoreMissing),
    write: (file) => writeOutput(path, file),
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}
