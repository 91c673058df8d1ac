/** Pictures without a photograph in them: what users send that training rarely shows. */

import type { Picture } from '../../src/pictures/picture.ts';

/** Height over width, as of most cameras. */
const ASPECT = 2 / 3;

/** One color everywhere. */
export function flatPicture(longEdge: number): Picture {
  return filled(longEdge, () => [150, 175, 205]);
}

/** A product on white: a disc with stripes, and how far each pixel is outside of it. */
export function drawnOnWhite(longEdge: number) {
  const radius = longEdge / 6;
  const [x0, y0] = [longEdge / 2, (longEdge * ASPECT) / 2];
  const distanceAt = (x: number, y: number) => Math.hypot(x - x0, y - y0) - radius;
  const picture = filled(longEdge, (x, y) => {
    if (distanceAt(x, y) > 0) return [255, 255, 255];
    return Math.floor(x / (radius / 4)) % 2 === 0 ? [160, 60, 40] : [60, 40, 30];
  });
  const distance = (i: number) => distanceAt(i % picture.width, Math.floor(i / picture.width));
  return { picture, distance };
}

function filled(
  longEdge: number,
  color: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const [width, height] = [longEdge, Math.round(longEdge * ASPECT)];
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    data.set(color(i % width, Math.floor(i / width)), i * 3);
  }
  return { width, height, data };
}
