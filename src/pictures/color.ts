/** Per-pixel combinations of a photograph and its painting (both 8-bit RGB, same size). */

import { keepGround } from './background.ts';
import type { Picture } from './picture.ts';

/** Rec. 601 luma, the Y of YCbCr. */
const RED = 0.299;
const GREEN = 0.587;
const BLUE = 0.114;

/**
 * Luminance of the painting with the chroma of the photograph. In YCbCr that is the photograph
 * with every channel moved by the difference of the two lumas (Gatys et al., "Preserving color in
 * neural artistic style transfer", 2016, section 4). Written over `painting`.
 */
export function preserveColors(painting: Uint8Array, photo: Uint8Array): void {
  for (let i = 0; i < painting.length; i += 3) {
    const [r, g, b] = [photo[i]!, photo[i + 1]!, photo[i + 2]!];
    const shift =
      RED * (painting[i]! - r) + GREEN * (painting[i + 1]! - g) + BLUE * (painting[i + 2]! - b);
    painting[i] = byte(r + shift);
    painting[i + 1] = byte(g + shift);
    painting[i + 2] = byte(b + shift);
  }
}

/** The luma of each pixel, in whole gray levels. */
export function brightness({ data }: Picture): Uint8Array {
  const light = new Uint8Array(data.length / 3);
  // In 256ths, which are integers: every frame of a film is looked at.
  for (let pixel = 0, i = 0; pixel < light.length; pixel += 1, i += 3) {
    light[pixel] = (77 * data[i]! + 150 * data[i + 1]! + 29 * data[i + 2]!) >> 8;
  }
  return light;
}

/** `strength` of the painting over the photograph, 0..1. Written over `painting`. */
export function mixIn(painting: Uint8Array, photo: Uint8Array, strength: number): void {
  for (let i = 0; i < painting.length; i += 1) {
    // What is stored loses its fraction: rounded, as nothing here is negative.
    painting[i] = photo[i]! + (painting[i]! - photo[i]!) * strength + 0.5;
  }
}

/** What stands for no difference in a picture of differences. */
export const NO_DIFFERENCE = 128;

/**
 * What `wanted` forms are more than the painting's `own`, from -128 to 127, as bytes from 0. Written over `wanted`.
 */
export function lacking(wanted: Uint8Array, own: Uint8Array): void {
  for (let i = 0; i < wanted.length; i += 1) {
    const value = wanted[i]! - own[i]! + NO_DIFFERENCE;
    wanted[i] = value < 0 ? 0 : Math.min(value, 255);
  }
}

/** Adds `share` of what {@link lacking} has found, enlarged. Written over `painting`. */
export function addForms(painting: Uint8Array, lack: Uint8Array, share: number): void {
  for (let i = 0; i < painting.length; i += 1) {
    const value = painting[i]! + (lack[i]! - NO_DIFFERENCE) * share;
    painting[i] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
  }
}

/** How a painting is laid over its photograph. */
export interface Combination {
  /** Luminance of the painting, chroma of the photograph. */
  readonly preserveColors: boolean;
  /** How much of the painting replaces the photograph, 0..1. */
  readonly strength: number;
  /** Whether a white ground stays as it is. */
  readonly preserveBackground: boolean;
}

/** Whether anything of the photograph shows in the result. */
export function showsPhoto(combination: Combination): boolean {
  const { preserveColors, strength, preserveBackground } = combination;
  return preserveColors || strength < 1 || preserveBackground;
}

/**
 * Colors first, then strength: the mix is with what the caller sees of the painting. `ground` is the mask
 * of a white ground that stays. Written over `painting`.
 */
export function combine(
  painting: Uint8Array,
  photo: Uint8Array,
  combination: Combination,
  ground?: Uint8Array,
): void {
  if (combination.preserveColors) preserveColors(painting, photo);
  if (combination.strength < 1) mixIn(painting, photo, combination.strength);
  if (ground) keepGround(painting, photo, ground);
}

function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
}

/** Rows that are combined before other work gets its turn. */
const PIXELS_PER_BAND = 1 << 18;

/** Byte ranges that cut a picture into bands of some hundred thousand pixels. */
export function* bands(picture: Picture): Generator<readonly [begin: number, end: number]> {
  const step = PIXELS_PER_BAND * 3;
  for (let begin = 0; begin < picture.data.length; begin += step) {
    yield [begin, Math.min(begin + step, picture.data.length)];
  }
}
