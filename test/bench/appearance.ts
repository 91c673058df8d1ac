/**
 * What losses do not see of a painting: whether flat areas hold paint, whether that paint is a lattice, whether
 * there is a halo around a product and a frame around the picture.
 */

import type { Picture } from '../../src/pictures/picture.ts';
import { drawnOnWhite, flatPicture } from './grounds.ts';
import { spectrumPeak, TILE } from './spectrum.ts';

export interface Appearance {
  /** Mean Laplacian of the painting where the photograph has none, over that of the artwork. */
  readonly flatEnergy: number;
  /** Highest peak of the spectrum in flat areas over the median of its neighborhood. */
  readonly lattice: number;
  /** Mean color within {@link HALO} pixels of a product on white from that of the far ground, of 255. */
  readonly halo: number;
  /** Mean color of the outermost {@link BORDER} pixels of a flat picture from that inside, of 255. */
  readonly frame: number;
}

/** Pixels around a hard edge in which a halo is looked for. */
const HALO = 24;
const BORDER = 16;

/** Photographs are flat where no Laplacian within so many pixels is larger than this, of 255. */
const FLAT_RADIUS = 8;
const FLAT_LAPLACIAN = 3;

export type PaintPicture = (photo: Picture) => Promise<Picture>;

/** What paintings have where their photographs have nothing. */
export interface FlatAreas {
  add(photo: Picture, painting: Picture): void;
  /** Mean absolute Laplacian, of 255. */
  energy(): number;
  /** Luma in squares of {@link TILE} pixels. */
  readonly tiles: readonly Float32Array[];
}

/** Squares of one picture that are looked at. */
const MAX_TILES = 64;

export function flatAreas(): FlatAreas {
  const tiles: Float32Array[] = [];
  let [sum, count] = [0, 0];
  return {
    tiles,
    add(photo, painting) {
      const mask = flatMask(photo);
      const energy = laplacian(painting);
      mask.forEach((isFlat, i) => {
        sum += isFlat * energy[i]!;
        count += isFlat;
      });
      tiles.push(...flatTiles(mask, painting).slice(0, MAX_TILES));
    },
    energy: () => sum / count,
  };
}

/** `areas` are those of photographs; what has no photograph in it is painted here. */
export async function appearanceOf(
  areas: FlatAreas,
  artwork: Picture,
  longEdge: number,
  paint: PaintPicture,
): Promise<Appearance> {
  const flat = flatPicture(longEdge);
  const painting = await paint(flat);
  areas.add(flat, painting);
  return {
    flatEnergy: areas.energy() / sharpnessOf(artwork),
    lattice: spectrumPeak(areas.tiles),
    halo: await haloOf(longEdge, paint),
    frame: frameOf(painting),
  };
}

/** Mean Laplacian of a picture, of 255. */
export function sharpnessOf(picture: Picture): number {
  return mean(laplacian(picture));
}

/** Absolute Laplacians of the luma, of 255; 0 at the edges. */
function laplacian(picture: Picture): Float32Array {
  const { width, height } = picture;
  const luma = lumaOf(picture);
  const found = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y += 1) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i += 1) {
      const around = luma[i - 1]! + luma[i + 1]! + luma[i - width]! + luma[i + width]!;
      found[i] = Math.abs(around - 4 * luma[i]!);
    }
  }
  return found;
}

function lumaOf({ width, height, data }: Picture): Float32Array {
  return Float32Array.from(
    { length: width * height },
    (_, i) => 0.299 * data[i * 3]! + 0.587 * data[i * 3 + 1]! + 0.114 * data[i * 3 + 2]!,
  );
}

/** 1 for each pixel around which the photograph has nothing. */
function flatMask(photo: Picture): Uint8Array {
  const { width, height } = photo;
  const rough = laplacian(photo);
  const mask = new Uint8Array(width * height).fill(1);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (rough[y * width + x]! <= FLAT_LAPLACIAN) continue;
      const [left, right] = [Math.max(0, x - FLAT_RADIUS), Math.min(width, x + FLAT_RADIUS + 1)];
      const bottom = Math.min(height, y + FLAT_RADIUS + 1);
      for (let row = Math.max(0, y - FLAT_RADIUS); row < bottom; row += 1) {
        mask.fill(0, row * width + left, row * width + right);
      }
    }
  }
  return mask;
}

/** Luma of the painting in squares of {@link TILE} pixels where the photograph has nothing. */
function flatTiles(mask: Uint8Array, painting: Picture): Float32Array[] {
  const { width, height } = painting;
  const luma = lumaOf(painting);
  const tiles: Float32Array[] = [];
  for (let y = 0; y + TILE <= height; y += TILE) {
    for (let x = 0; x + TILE <= width; x += TILE) {
      const at = (i: number) => (y + Math.floor(i / TILE)) * width + x + (i % TILE);
      const places = Array.from({ length: TILE * TILE }, (_, i) => at(i));
      if (places.every((place) => mask[place] === 1)) {
        tiles.push(Float32Array.from(places, (place) => luma[place]!));
      }
    }
  }
  return tiles;
}

async function haloOf(longEdge: number, paint: PaintPicture): Promise<number> {
  const { picture, distance } = drawnOnWhite(longEdge);
  const painting = await paint(picture);
  const near = meanColor(painting, (i) => distance(i) > 1 && distance(i) <= HALO);
  const far = meanColor(painting, (i) => distance(i) > 2 * HALO);
  return colorDifference(near, far);
}

function frameOf(painting: Picture): number {
  const { width, height } = painting;
  const fromBorder = (i: number) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.min(x, y, width - 1 - x, height - 1 - y);
  };
  const border = meanColor(painting, (i) => fromBorder(i) < BORDER);
  const inside = meanColor(painting, (i) => fromBorder(i) >= BORDER);
  return colorDifference(border, inside);
}

function meanColor({ width, height, data }: Picture, isIn: (pixel: number) => boolean): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < width * height; i += 1) {
    if (!isIn(i)) continue;
    count += 1;
    for (const c of [0, 1, 2]) sums[c]! += data[i * 3 + c]!;
  }
  return sums.map((sum) => sum / count);
}

function colorDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, c) => sum + Math.abs(value - b[c]!), 0) / 3;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return values.length === 0 ? Number.NaN : sum / values.length;
}
