/** How far pictures are apart. */

import type { Picture } from './picture.ts';

const WHITE = 255;
const IDENTICAL_DECIBELS = 100;

export interface PictureDifference {
  /** Mean absolute difference of all bytes, of 255. */
  readonly absolute: number;
  /** Mean squared difference. */
  readonly square: number;
}

/** Over all pictures of two lists of the same sizes. */
export function pictureDifference(
  a: readonly Pick<Picture, 'data'>[],
  b: readonly Pick<Picture, 'data'>[],
): PictureDifference {
  let [absolute, square, count] = [0, 0, 0];
  for (const [i, { data }] of a.entries()) {
    const other = b[i]!.data;
    for (let j = 0; j < data.length; j += 1) {
      const difference = data[j]! - other[j]!;
      absolute += Math.abs(difference);
      square += difference * difference;
    }
    count += data.length;
  }
  return { absolute: absolute / count, square: square / count };
}

/** In decibels; 100 where there is no difference. */
export function peakSignalToNoise({ square }: PictureDifference): number {
  return square === 0 ? IDENTICAL_DECIBELS : 10 * Math.log10(WHITE ** 2 / square);
}
