/** What the numbers of a picture mean: how each becomes light, and what color that light has. */

import { identity, inverse, type Matrix, product, type Vector } from './matrix.ts';

/** Light in which one is white that diffuses (paper, the white of a display); more is brighter. */
export interface Encoding {
  /** Light for a number of 0..1. */
  readonly toLight: (value: number) => number;
  /** Linear RGB of these primaries -> linear sRGB. */
  readonly toSrgb: Matrix;
  /** Brighter than white can come, and is rolled off. */
  readonly highDynamicRange: boolean;
  /** Where light depends on the luminance of the whole pixel (HLG): the weight of each channel. */
  readonly luminance?: Vector;
}

/** Points in the CIE 1931 diagram, x and y of each. */
export interface Primaries {
  readonly white: Point;
  readonly red: Point;
  readonly green: Point;
  readonly blue: Point;
}

export type Point = readonly [x: number, y: number];

export const D65: Point = [0.3127, 0.329];

export const SRGB_PRIMARIES: Primaries = {
  white: D65,
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
};

export const P3_PRIMARIES: Primaries = {
  white: D65,
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
};

/** Linear RGB of these primaries -> linear sRGB; another white is adapted to (Bradford). */
export function primariesToSrgb(primaries: Primaries): Matrix {
  const adapted = product(adaptation(primaries.white, D65), toXyz(primaries));
  return product(inverse(toXyz(SRGB_PRIMARIES)) ?? identity(), adapted);
}

/** Weights of the channels in luminance, which sum to one. */
export function luminanceOf(primaries: Primaries): Vector {
  return toXyz(primaries)[1];
}

/** Whether they span a plane in which every color has one place. */
export function arePrimaries({ white, red, green, blue }: Primaries): boolean {
  const positive = [white, red, green, blue].every(([x, y]) => x >= 0 && y > 0 && x + y <= 1.001);
  return positive && inverse(columns(red, green, blue)) !== undefined;
}

/** SMPTE RP 177: the primaries scaled so that they make white together. */
function toXyz({ white, red, green, blue }: Primaries): Matrix {
  const matrix = columns(red, green, blue);
  const back = inverse(matrix) ?? identity();
  const w = xyz(white);
  const scale = back.map((row) => row[0] * w[0] + row[1] * w[1] + row[2] * w[2]);
  return matrix.map((row) => row.map((value, i) => value * (scale[i] ?? 1))) as unknown as Matrix;
}

function columns(red: Point, green: Point, blue: Point): Matrix {
  const [r, g, b] = [xyz(red), xyz(green), xyz(blue)];
  return [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ];
}

/** With luminance 1. */
function xyz([x, y]: Point): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** K. M. Lam, "Metamerism and color constancy", 1985. */
function adaptation(from: Point, to: Point): Matrix {
  const cone = (white: Point) => {
    const w = xyz(white);
    return BRADFORD.map((row) => row[0] * w[0] + row[1] * w[1] + row[2] * w[2]);
  };
  const [source, target] = [cone(from), cone(to)];
  const gain = (i: number) => (target[i] ?? 1) / (source[i] ?? 1);
  const scale: Matrix = [
    [gain(0), 0, 0],
    [0, gain(1), 0],
    [0, 0, gain(2)],
  ];
  return product(inverse(BRADFORD) ?? identity(), product(scale, BRADFORD));
}

/** IEC 61966-2-1, both ways; below zero it is continued as a mirror image. */
export function fromSrgb(value: number): number {
  if (value < 0) return -fromSrgb(-value);
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

export function toSrgb(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** Of these primaries, with a curve of its own. */
export function encoding(primaries: Primaries, toLight: (value: number) => number): Encoding {
  return { toLight, toSrgb: primariesToSrgb(primaries), highDynamicRange: false };
}

export const DISPLAY_P3: Encoding = encoding(P3_PRIMARIES, fromSrgb);
