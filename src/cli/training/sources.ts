/** Files that training reads, each when its turn comes. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadImage } from '../../images/read.ts';
import type { CheckpointStore } from '../../training/checkpoint.ts';
import type { PaintingSource } from '../../training/request.ts';
import type { WeighedFile } from '../arguments.ts';
import { findPhotos, nameOf, type Photo } from '../files.ts';
import { readInput, UsageError, writeOutput } from '../outputs.ts';

export function imageSource(path: string): ReadImage {
  return () => readInput(path);
}

export function paintingSources(files: readonly WeighedFile[]): PaintingSource[] {
  return files.map(({ path, weight }) => ({ read: imageSource(path), weight }));
}

/** The photographs of a folder and of its folders. Throws a {@link UsageError} where there are none. */
export async function photographSources(folder: string): Promise<ReadImage[]> {
  return (await findPhotos([folder])).map(({ path }) => imageSource(path));
}

/**
 * The masks for the photographs of a folder, in their order: pictures of the same names in the same folders. Throws
 * a {@link UsageError} where one has none.
 */
export async function maskSources(photos: string, masks: string): Promise<ReadImage[]> {
  const found = new Map((await findPhotos([masks])).map((mask) => [placeOf(mask), mask.path]));
  return (await findPhotos([photos])).map((photo) => {
    const mask = found.get(placeOf(photo));
    if (mask === undefined) throw new UsageError(`Expected a mask for ${photo.path} in ${masks}.`);
    return imageSource(mask);
  });
}

function placeOf({ path, beneath }: Photo): string {
  return join(beneath, nameOf(path));
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
