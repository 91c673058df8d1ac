/** Resamples 8-bit pictures. */

import sharp from 'sharp';
import type { Extent, Picture } from '../pictures/picture.ts';

/** The picture at exactly this size (Lanczos); itself where it has that size already. */
export async function resize(picture: Picture, { width, height }: Extent): Promise<Picture> {
  if (picture.width === width && picture.height === height) return picture;
  const raw = { width: picture.width, height: picture.height, channels: 3 as const };
  const data = await sharp(picture.data, { raw })
    .resize({ width, height, fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { width, height, data };
}
