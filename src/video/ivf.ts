/**
 * Raw frames with exact times, as IVF: a header of 32 bytes, and 12 bytes before each frame. Raw video without
 * it has a fixed rate and no times. https://wiki.multimedia.cx/index.php/Duck_IVF
 */

import type { Extent, Picture } from '../pictures/picture.ts';
import type { TimeBase } from './header.ts';

/** IVF has 16 bits for a side. */
export function ivfHeader({ width, height }: Extent, { numerator, denominator }: TimeBase): Buffer {
  const header = Buffer.alloc(32);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(32, 6);
  header.write('RGBA', 8, 'latin1');
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(denominator, 16);
  header.writeUInt32LE(numerator, 20);
  return header;
}

/** `time` in units of the header's time base, from 0. */
export function ivfFrame({ width, height, data }: Picture, time: number): Buffer {
  const pixels = width * height;
  const frame = Buffer.allocUnsafe(12 + pixels * 4);
  frame.writeUInt32LE(pixels * 4, 0);
  frame.writeBigInt64LE(BigInt(time), 4);
  for (let i = 0, from = 0, to = 12; i < pixels; i += 1, from += 3, to += 4) {
    frame[to] = data[from]!;
    frame[to + 1] = data[from + 1]!;
    frame[to + 2] = data[from + 2]!;
    frame[to + 3] = 255;
  }
  return frame;
}
