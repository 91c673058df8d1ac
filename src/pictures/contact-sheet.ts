/** Many small pictures on one, each with its name under it. */

import type { Picture } from './picture.ts';
import { writtenName } from './pixel-letters.ts';

export interface NamedPicture {
  readonly name: string;
  readonly picture: Picture;
}

/** In pixels: between pictures, between a picture and its name, and each dot of a letter. */
const GAP = 24;
const NAME_GAP = 10;
const DOT = 2;
const NAME_HEIGHT = 7 * DOT;

/** Row by row, about as many columns as rows, on white. Names that are wider than their picture are cut. */
export function contactSheet(pictures: readonly NamedPicture[]): Picture {
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const rows = Math.ceil(pictures.length / columns);
  const cell = {
    width: GAP + Math.max(...pictures.map(({ picture }) => picture.width)),
    height:
      GAP + NAME_GAP + NAME_HEIGHT + Math.max(...pictures.map(({ picture }) => picture.height)),
  };
  const width = GAP + columns * cell.width;
  const height = GAP + rows * cell.height;
  const sheet = { width, height, data: new Uint8Array(width * height * 3).fill(255) };
  for (const [i, { name, picture }] of pictures.entries()) {
    const left = GAP + (i % columns) * cell.width;
    const top = GAP + Math.floor(i / columns) * cell.height;
    paste(picture, sheet, left, top, cell.width - GAP);
    const written = writtenName(name, DOT);
    paste(written, sheet, left, top + picture.height + NAME_GAP, cell.width - GAP);
  }
  return sheet;
}

/** As much of a picture as is not wider than `most`. */
function paste(picture: Picture, sheet: Picture, left: number, top: number, most: number): void {
  const width = Math.min(picture.width, most);
  for (let y = 0; y < picture.height; y += 1) {
    const from = y * picture.width * 3;
    const row = picture.data.subarray(from, from + width * 3);
    sheet.data.set(row, ((top + y) * sheet.width + left) * 3);
  }
}
