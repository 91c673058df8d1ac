/** Photographs of a folder, for calibrating and measuring. */

import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { decodePicture } from '../images/decode.ts';
import { resize } from '../images/resize.ts';
import { fitted, type Picture } from '../pictures/picture.ts';
import { findPhotos } from './files.ts';

/**
 * Photographs at even distances in the folder's order, none longer than `longEdge`. Throws a
 * `UsageError` where there are none.
 */
export async function samplePhotographs(
  folder: string,
  most: number,
  longEdge: number,
  config: Config,
): Promise<Picture[]> {
  const paths = await findPhotos([folder]);
  const step = Math.max(1, paths.length / most);
  const chosen = Array.from(
    { length: Math.min(most, paths.length) },
    (_, i) => paths[Math.floor(i * step)]!,
  );
  const limits = { maxPixels: config.MAX_PIXELS, maxPages: config.MAX_PAGES };
  const pictures: Picture[] = [];
  // One after the other: whole photographs are many times larger than what is kept of them.
  for (const path of chosen) {
    const picture = await decodePicture(await readFile(path), limits);
    pictures.push(await resize(picture, fitted(picture, longEdge)));
  }
  return pictures;
}
