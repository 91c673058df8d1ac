/** Encodings by PNG's gAMA and cHRM chunks, from before there were profiles. */

import type { PngColor } from '../headers/png.ts';
import {
  arePrimaries,
  type Encoding,
  encoding,
  fromSrgb,
  type Point,
  type Primaries,
  SRGB_PRIMARIES,
} from './encoding.ts';

/** Closer than this, points are the same but for rounding. */
const ROUNDING = 0.002;

/** What encoders write for sRGB where a chunk can only say an exponent (PNG, section 11.3.2.5). */
const SRGB_GAMMA = { least: 0.45, most: 0.46 };

/** Undefined where the numbers are sRGB. */
export function encodingOfChunks({ gamma, chromaticities }: PngColor): Encoding | undefined {
  if (gamma === undefined && chromaticities === undefined) return undefined;
  const primaries = primariesOf(chromaticities);
  const likeSrgb = gamma === undefined || (gamma > SRGB_GAMMA.least && gamma < SRGB_GAMMA.most);
  if (primaries === SRGB_PRIMARIES && likeSrgb) return undefined;
  const exponent = gamma === undefined ? undefined : 1 / gamma;
  return encoding(
    primaries,
    exponent === undefined ? fromSrgb : (value) => Math.max(0, value) ** exponent,
  );
}

function primariesOf(chromaticities: readonly number[] | undefined): Primaries {
  if (!chromaticities) return SRGB_PRIMARIES;
  const point = (i: number): Point => [chromaticities[i * 2] ?? 0, chromaticities[i * 2 + 1] ?? 0];
  const primaries = { white: point(0), red: point(1), green: point(2), blue: point(3) };
  return !arePrimaries(primaries) || isSrgb(primaries) ? SRGB_PRIMARIES : primaries;
}

function isSrgb(primaries: Primaries): boolean {
  return (['white', 'red', 'green', 'blue'] as const).every((name) =>
    primaries[name].every(
      (value, i) => Math.abs(value - (SRGB_PRIMARIES[name][i] ?? 0)) < ROUNDING,
    ),
  );
}
