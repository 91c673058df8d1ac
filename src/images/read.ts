/** Pictures that are read one by one, and kept at the size that is wanted of them. */

import { fitted, type Picture, scaled } from '../pictures/picture.ts';
import { decodePicture } from './decode.ts';
import type { DecodeLimits } from './header.ts';
import { resize } from './resize.ts';

/** The bytes of an image file, when its turn comes. */
export type ReadImage = () => Promise<Uint8Array>;

/** A picture at this short side, in pixels. Throws like {@link decodePicture}. */
export async function readAtShortSide(
  read: ReadImage,
  shortSide: number,
  limits: DecodeLimits,
): Promise<Picture> {
  const picture = await decodePicture(await read(), limits);
  return resize(picture, scaled(picture, shortSide / Math.min(picture.width, picture.height)));
}

/** A picture whose long edge is at most so many pixels. Throws like {@link decodePicture}. */
export async function readFitted(
  read: ReadImage,
  longEdge: number,
  limits: DecodeLimits,
): Promise<Picture> {
  const picture = await decodePicture(await read(), limits);
  return resize(picture, fitted(picture, longEdge));
}

/** At most so many pictures, at even distances in their order, none longer than `longEdge`. */
export async function readSample(
  sources: readonly ReadImage[],
  most: number,
  longEdge: number,
  limits: DecodeLimits,
): Promise<Picture[]> {
  const step = Math.max(1, sources.length / most);
  const count = Math.min(most, sources.length);
  const pictures: Picture[] = [];
  // One after the other: whole photographs are many times larger than what is kept of them.
  for (let i = 0; i < count; i += 1) {
    pictures.push(await readFitted(sources[Math.floor(i * step)]!, longEdge, limits));
  }
  return pictures;
}
