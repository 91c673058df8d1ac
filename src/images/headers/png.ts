/** What a PNG file says about its colors before the first pixel (PNG, third edition, section 11.3.2). */

import { text, viewOf } from './boxes.ts';

/** The chunks that say what the numbers mean, as far as they are there. */
export interface PngColor {
  readonly cicp?: { primaries: number; transfer: number; fullRange: boolean };
  readonly isSrgb?: boolean;
  /** The exponent that encoded light, such as 0.45455. */
  readonly gamma?: number;
  /** White, red, green and blue, x and y of each (CIE 1931). */
  readonly chromaticities?: readonly number[];
}

const SIGNATURE_BYTES = 8;
const MAX_CHUNKS = 10_000;

export function readPngColor(file: Uint8Array): PngColor {
  let color: PngColor = {};
  for (const { type, data } of chunks(file)) color = { ...color, ...meaningOf(type, viewOf(data)) };
  return color;
}

function meaningOf(type: string, data: DataView): PngColor | undefined {
  const fixed = (index: number) => data.getUint32(index * 4) / 100_000;
  const length = data.byteLength;
  if (type === 'cICP' && length === 4) {
    const [primaries, transfer, fullRange] = [data.getUint8(0), data.getUint8(1), data.getUint8(3)];
    return { cicp: { primaries, transfer, fullRange: fullRange === 1 } };
  }
  if (type === 'sRGB' && length === 1) return { isSrgb: true };
  if (type === 'gAMA' && length === 4 && fixed(0) > 0) return { gamma: fixed(0) };
  if (type === 'cHRM' && length === 32) {
    return { chromaticities: Array.from({ length: 8 }, (_, i) => fixed(i)) };
  }
  return undefined;
}

/** Those before the pixels. */
function* chunks(file: Uint8Array): Generator<{ type: string; data: Uint8Array }> {
  const view = viewOf(file);
  let at = SIGNATURE_BYTES;
  for (let count = 0; at + 12 <= file.length && count < MAX_CHUNKS; count += 1) {
    const length = view.getUint32(at);
    const type = text(file, at + 4, 4);
    if (type === 'IDAT' || at + 12 + length > file.length) return;
    yield { type, data: file.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}
