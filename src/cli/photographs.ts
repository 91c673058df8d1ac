/** Photographs of a folder, for calibrating and measuring. */

import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { readSample } from '../images/read.ts';
import type { Picture } from '../pictures/picture.ts';
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
  const sources = (await findPhotos([folder])).map((path) => () => readFile(path));
  const limits = { maxPixels: config.MAX_PIXELS, maxPages: config.MAX_PAGES };
  return readSample(sources, most, longEdge, limits);
}
