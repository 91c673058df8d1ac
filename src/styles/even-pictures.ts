/** Pictures with large even areas, which photographs to calibrate with rarely have: a few steps of 8 bits wide. */

import { resize } from '../images/resize.ts';
import { type Picture, scaled } from '../pictures/picture.ts';

/** How much smaller a picture is when it is blurred. */
const BLUR = 1 / 12;

const SKY = [150, 175, 205] as const;
const WHITE = [255, 255, 255] as const;

/** One of each kind, of the size of the photograph: even all over, its middle on white, and blurred. */
export async function evenPictures(photo: Picture): Promise<Picture[]> {
  const { width, height, data } = photo;
  const blurred = await resize(await resize(photo, scaled(photo, BLUR)), photo);
  const inMiddle = (pixel: number) => {
    const [x, y] = [(pixel % width) / width - 0.5, Math.floor(pixel / width) / height - 0.5];
    return Math.hypot(x, y) < 0.25;
  };
  return [
    painted(photo, () => SKY),
    painted(photo, (pixel) => (inMiddle(pixel) ? data.subarray(pixel * 3, pixel * 3 + 3) : WHITE)),
    blurred,
  ];
}

function painted(
  { width, height }: Picture,
  colorOf: (pixel: number) => ArrayLike<number>,
): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) data.set(colorOf(pixel), pixel * 3);
  return { width, height, data };
}
