/** The pictures that training and optimization look at, read and brought to size. */

import { decodePicture } from '../images/decode.ts';
import type { DecodeLimits } from '../images/header.ts';
import { type ReadImage, readAtShortSide } from '../images/read.ts';
import { resize } from '../images/resize.ts';
import { type Extent, middleOf, type Picture, scaled } from '../pictures/picture.ts';
import type { PaintingSource } from './request.ts';

/** Photographs are brought to this short side in pixels, from which crops are taken. */
const PHOTO_SIZE = 288;

export interface WeighedPicture {
  readonly picture: Picture;
  readonly weight: number;
}

export async function readPaintings(
  sources: readonly PaintingSource[],
  shortSide: number,
  limits: DecodeLimits,
): Promise<WeighedPicture[]> {
  return Promise.all(
    sources.map(async ({ read, weight }) => ({
      picture: await readPainting(read, shortSide, limits),
      weight,
    })),
  );
}

/** A long strip would be enlarged without end: more than the middle of it tells no more of its style. */
const MAX_ASPECT = 4;

async function readPainting(
  read: ReadImage,
  shortSide: number,
  limits: DecodeLimits,
): Promise<Picture> {
  const whole = await decodePicture(await read(), limits);
  const longest = Math.min(whole.width, whole.height) * MAX_ASPECT;
  const picture = middleOf(whole, { width: longest, height: longest });
  return resize(picture, scaled(picture, shortSide / Math.min(picture.width, picture.height)));
}

export interface Photographs {
  readonly photos: readonly Picture[];
  readonly masks?: readonly Picture[];
}

/** Photographs to practice on and, where there are some, masks of the same sizes. */
export async function readPhotographs(
  photographs: readonly ReadImage[],
  masks: readonly ReadImage[] | undefined,
  limits: DecodeLimits,
): Promise<Photographs> {
  const photos: Picture[] = [];
  // One after the other: whole photographs are many times larger than what is kept of them.
  for (const read of photographs) photos.push(await readAtShortSide(read, PHOTO_SIZE, limits));
  if (masks === undefined) return { photos };
  const read = masks.map((mask, i) => readMask(mask, photos[i]!, limits));
  return { photos, masks: await Promise.all(read) };
}

/** A mask, at the size of what it covers. */
export async function readMask(
  read: ReadImage,
  extent: Extent,
  limits: DecodeLimits,
): Promise<Picture> {
  return resize(await decodePicture(await read(), limits), extent);
}
