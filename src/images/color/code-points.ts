/** Encodings by their code points (ITU-T H.273, tables 2 and 3), as in PNG's cICP and HEIF's nclx. */

import {
  D65,
  type Encoding,
  encoding,
  fromSrgb,
  luminanceOf,
  P3_PRIMARIES,
  type Primaries,
  SRGB_PRIMARIES,
} from './encoding.ts';

export interface CodePoints {
  readonly primaries: number;
  readonly transfer: number;
  /** Where false, 8 bits count from 16 to 235. */
  readonly fullRange: boolean;
}

const C = [0.31, 0.316] as const;
const BT2020: Primaries = {
  white: D65,
  red: [0.708, 0.292],
  green: [0.17, 0.797],
  blue: [0.131, 0.046],
};
const SMPTE_170M: Primaries = {
  white: D65,
  red: [0.63, 0.34],
  green: [0.31, 0.595],
  blue: [0.155, 0.07],
};

const PRIMARIES: Readonly<Record<number, Primaries>> = {
  1: SRGB_PRIMARIES,
  4: { white: C, red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08] },
  5: { white: D65, red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] },
  6: SMPTE_170M,
  7: SMPTE_170M,
  8: { white: C, red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049] },
  9: BT2020,
  11: { ...P3_PRIMARIES, white: [0.314, 0.351] },
  12: P3_PRIMARIES,
  22: { white: D65, red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077] },
};

/** Inverse of the curve of BT.709, which those of BT.601 and BT.2020 share. */
function fromBt709(value: number): number {
  return value < 0.081243 ? value / 4.5 : ((value + 0.099297) / 1.099297) ** (1 / 0.45);
}

function fromSmpte240(value: number): number {
  return value < 0.0913 ? value / 4 : ((value + 0.1115) / 1.1115) ** (1 / 0.45);
}

/** BT.2408: diffuse white of pictures with high dynamic range, in candela per square meter. */
const WHITE_NITS = 203;

/** SMPTE ST 2084, in which one is 10,000 candela per square meter. */
function fromPq(value: number): number {
  const power = Math.max(0, value) ** (1 / 78.84375);
  const light = Math.max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power);
  return (light ** (1 / 0.1593017578125) * 10_000) / WHITE_NITS;
}

/** BT.2100 table 5: light of the scene, in which one is the brightest. */
function fromHlg(value: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
}

const power = (exponent: number) => (value: number) => Math.max(0, value) ** exponent;

const TRANSFERS: Readonly<Record<number, (value: number) => number>> = {
  1: fromBt709,
  2: fromSrgb,
  4: power(2.2),
  5: power(2.8),
  6: fromBt709,
  7: fromSmpte240,
  8: (value) => value,
  9: (value) => (value <= 0 ? 0 : 100 ** (value - 1)),
  10: (value) => (value <= 0 ? 0 : 10 ** (2.5 * (value - 1))),
  11: fromBt709,
  12: fromBt709,
  13: fromSrgb,
  14: fromBt709,
  15: fromBt709,
  16: fromPq,
  17: (value) => (Math.max(0, value) ** 2.6 * 52.37) / 48,
  18: fromHlg,
};

const UNSPECIFIED = 2;
const PQ = 16;
const HLG = 18;

/** Undefined where the numbers are sRGB, or nothing is said that has a meaning. */
export function encodingOf({ primaries, transfer, fullRange }: CodePoints): Encoding | undefined {
  const known = PRIMARIES[primaries === UNSPECIFIED ? 1 : primaries];
  const curve = TRANSFERS[transfer];
  if (!known || !curve) return undefined;
  if (known === SRGB_PRIMARIES && curve === fromSrgb && fullRange) return undefined;
  const toLight = fullRange ? curve : (value: number) => curve((value * 255 - 16) / 219);
  return {
    ...encoding(known, toLight),
    highDynamicRange: transfer === PQ || transfer === HLG,
    ...(transfer === HLG && { luminance: luminanceOf(known) }),
  };
}
