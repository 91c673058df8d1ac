/** Photographs of a folder, for calibrating and measuring. */

import { type Config, decodeLimits } from '../config/config.ts';
import { readSample } from '../images/read.ts';
import type { Picture } from '../pictures/picture.ts';
import { photographSources } from './training/sources.ts';

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
  return readSample(await photographSources(folder), most, longEdge, decodeLimits(config));
}
