/** Whether a large painting is the small one in more detail. */

import { resize } from '../../src/images/resize.ts';
import { pictureDifference } from '../../src/pictures/difference.ts';
import { type Picture, scaled } from '../../src/pictures/picture.ts';
import { sharpnessOf } from './appearance.ts';

/** Long edge of the canvas on which large pictures are begun. */
export const FIRST_CANVAS = 768;

export interface Scale {
  /** Mean difference of the large painting, reduced, from the painting of the photograph at that size, of 255. */
  readonly difference: number;
  /** Sharpness of the large painting over that of one made at full size at once. */
  readonly sharpness: number;
}

/** `paint` is told how much of the photograph's detail is kept; as usual where it is told nothing. */
export async function scaleOf(
  photo: Picture,
  paint: (photo: Picture, detail?: number) => Promise<Picture>,
): Promise<Scale> {
  const reduced = (picture: Picture) =>
    resize(picture, scaled(picture, FIRST_CANVAS / Math.max(photo.width, photo.height)));
  const large = await paint(photo);
  const small = await paint(await reduced(photo));
  const atOnce = await paint(photo, 1);
  return {
    difference: pictureDifference([await reduced(large)], [small]).absolute,
    sharpness: sharpnessOf(large) / sharpnessOf(atOnce),
  };
}
