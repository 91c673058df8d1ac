/** The white ground that a product stands on: where it is, and how it stays. */

import type { Picture } from './picture.ts';

/** As white as a ground must be, of 255, in its darkest color: JPEG and shadows leave less than all. */
const WHITE_ENOUGH = 244;

/** What is darker than this is no ground wherever it lies; in between it is part of it. */
const DARKEST = 224;

/**
 * White where the picture's ground is, black elsewhere: what is white and reaches the border, and one pixel
 * around it. Undefined where nothing does.
 */
export function whiteGround({ width, height, data }: Picture): Picture | undefined {
  const isWhite = (pixel: number) => darkestColor(data, pixel) >= WHITE_ENOUGH;
  const found = connected(width, height, isWhite);
  if (!found.includes(1)) return undefined;
  const mask = new Uint8Array(data.length);
  for (let pixel = 0; pixel < found.length; pixel += 1) {
    if (found[pixel] === 0) continue;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
      const begin = row * width + Math.max(0, x - 1);
      mask.fill(255, begin * 3, (row * width + Math.min(width - 1, x + 1) + 1) * 3);
    }
  }
  return { width, height, data: mask };
}

/** 1 for each pixel that a way of such pixels joins to the border. */
function connected(width: number, height: number, isWhite: (pixel: number) => boolean): Uint8Array {
  const found = new Uint8Array(width * height);
  const open: number[] = [];
  const visit = (pixel: number): void => {
    if (found[pixel] === 1 || !isWhite(pixel)) return;
    found[pixel] = 1;
    open.push(pixel);
  };
  for (let x = 0; x < width; x += 1) [x, (height - 1) * width + x].forEach(visit);
  for (let y = 0; y < height; y += 1) [y * width, y * width + width - 1].forEach(visit);
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    const x = pixel % width;
    if (x > 0) visit(pixel - 1);
    if (x < width - 1) visit(pixel + 1);
    if (pixel >= width) visit(pixel - width);
    if (pixel < found.length - width) visit(pixel + width);
  }
  return found;
}

/** Puts the photograph's ground back, by a mask like that of {@link whiteGround}. Written over `painting`. */
export function keepGround(painting: Uint8Array, photo: Uint8Array, mask: Uint8Array): void {
  for (let i = 0; i < painting.length; i += 3) {
    const whiteness = (darkestColor(photo, i / 3) - DARKEST) / (WHITE_ENOUGH - DARKEST);
    const share = (mask[i]! / 255) * Math.min(1, Math.max(0, whiteness));
    if (share === 0) continue;
    for (let c = i; c < i + 3; c += 1) {
      painting[c] = Math.round(painting[c]! + (photo[c]! - painting[c]!) * share);
    }
  }
}

function darkestColor(data: Uint8Array, pixel: number): number {
  return Math.min(data[pixel * 3]!, data[pixel * 3 + 1]!, data[pixel * 3 + 2]!);
}
