/** Between the pixels of canvases and those of networks. */

import type { Picture } from '../../pictures/picture.ts';
import type { Frame } from './messages.ts';

export function toPicture({ width, height, data }: Frame): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    pixels[to] = data[from]!;
    pixels[to + 1] = data[from + 1]!;
    pixels[to + 2] = data[from + 2]!;
  }
  return { width, height, data: pixels };
}

export function toFrame({ width, height, data }: Picture): Frame {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels[to] = data[from]!;
    pixels[to + 1] = data[from + 1]!;
    pixels[to + 2] = data[from + 2]!;
    pixels[to + 3] = 255;
  }
  return { width, height, data: pixels };
}
