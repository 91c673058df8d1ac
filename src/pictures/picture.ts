/** 8-bit RGB pictures and the geometry around painting them. */

/** In pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** A pixel: columns from the left, rows from the top. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export const ORIGIN: Place = { x: 0, y: 0 };

/** How far it is from one place to another. */
export function between(from: Place, to: Place): Place {
  return { x: to.x - from.x, y: to.y - from.y };
}

/** Rows from `begin` up to, not including, `end`. */
export interface Rows {
  readonly begin: number;
  readonly end: number;
}

/** A picture in a file of its raw rows, which threads can tell each other about. */
export interface RasterFile extends Extent {
  readonly path: string;
}

/** Interleaved sRGB bytes: `data[(y * width + x) * 3 + channel]`. */
export interface Picture extends Extent {
  readonly data: Uint8Array;
}

const CHANNELS = 3;

/**
 * Index inside 0..size-1 of a position on the endlessly mirrored line; the edge itself is not
 * repeated (TensorFlow's REFLECT).
 */
export function mirrored(position: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const phase = modulo(position, period);
  return phase < size ? phase : period - phase;
}

/** The remainder that is never negative. */
export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/**
 * The picture continued by mirroring to the right and down until no side is shorter than
 * `side`; itself where it is large enough.
 */
export function extended(picture: Picture, side: number): Picture {
  const width = Math.max(picture.width, side);
  const height = Math.max(picture.height, side);
  if (width === picture.width && height === picture.height) return picture;
  return surrounded(picture, ORIGIN, { width, height });
}

/** A larger picture with this one at a place in it, continued around by mirroring. */
export function surrounded(picture: Picture, place: Place, { width, height }: Extent): Picture {
  const data = new Uint8Array(width * height * CHANNELS);
  const inside = picture.width * CHANNELS;
  for (let y = 0; y < height; y += 1) {
    const row = mirrored(y - place.y, picture.height) * inside;
    const to = y * width * CHANNELS;
    data.set(picture.data.subarray(row, row + inside), to + place.x * CHANNELS);
    const mirrorAt = (x: number): void => {
      const from = row + mirrored(x - place.x, picture.width) * CHANNELS;
      data.set(picture.data.subarray(from, from + CHANNELS), to + x * CHANNELS);
    };
    for (let x = 0; x < place.x; x += 1) mirrorAt(x);
    for (let x = place.x + picture.width; x < width; x += 1) mirrorAt(x);
  }
  return { width, height, data };
}

/** The middle of a picture, at most so large. */
export function middleOf(picture: Picture, most: Extent): Picture {
  const width = Math.min(picture.width, most.width);
  const height = Math.min(picture.height, most.height);
  const x = Math.floor((picture.width - width) / 2);
  const y = Math.floor((picture.height - height) / 2);
  return partOf(picture, { x, y }, { width, height });
}

/** The top left part of the picture; itself where nothing is cut. */
export function cropped(picture: Picture, { width, height }: Extent): Picture {
  if (width === picture.width && height === picture.height) return picture;
  return partOf(picture, ORIGIN, { width, height });
}

/** What lies from a place on, so large; inside the picture. */
export function partOf(picture: Picture, { x, y }: Place, { width, height }: Extent): Picture {
  const data = new Uint8Array(width * height * CHANNELS);
  for (let row = 0; row < height; row += 1) {
    const from = ((y + row) * picture.width + x) * CHANNELS;
    data.set(picture.data.subarray(from, from + width * CHANNELS), row * width * CHANNELS);
  }
  return { width, height, data };
}

/** A side counts as at least this long: margins are painted around it too. */
const MIN_COUNTED_SIDE = 64;

/** Pixels that painting a picture of this size is worth, also where it is very thin. */
export function paintedPixels({ width, height }: Extent): number {
  return Math.max(width, MIN_COUNTED_SIDE) * Math.max(height, MIN_COUNTED_SIDE);
}

/** The extent with its long edge at most `maxSize` pixels, same proportions, at least 1 x 1. */
export function fitted({ width, height }: Extent, maxSize: number): Extent {
  return scaled({ width, height }, Math.min(1, maxSize / Math.max(width, height)));
}

/** The extent times `factor`, rounded, at least 1 x 1. */
export function scaled({ width, height }: Extent, factor: number): Extent {
  const side = (length: number) => Math.max(1, Math.round(length * factor));
  return { width: side(width), height: side(height) };
}

/** The nearest of so many places, from 0 on. */
export function clamped(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, place));
}
