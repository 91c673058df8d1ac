/** Frames of animations, counted no further than one beyond what was asked for. */

import { text, viewOf } from './boxes.ts';

/** Of a GIF: its image blocks (GIF89a, appendix A). */
export function countGifFrames(file: Uint8Array, most: number): number {
  let frames = 0;
  let at = 13 + colorTableBytes(file[10]);
  while (at < file.length && frames <= most) {
    const block = file[at];
    if (block === IMAGE) {
      frames += 1;
      at = afterSubBlocks(file, at + 11 + colorTableBytes(file[at + 9]));
    } else if (block === EXTENSION) at = afterSubBlocks(file, at + 2);
    else break;
  }
  return frames;
}

const IMAGE = 0x2c;
const EXTENSION = 0x21;

/** The high bit says that there is a table, the low three how long it is. */
function colorTableBytes(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function afterSubBlocks(file: Uint8Array, start: number): number {
  let at = start;
  while (at < file.length && file[at] !== 0) at += 1 + (file[at] ?? 0);
  return at + 1;
}

/** Of a WebP: its `ANMF` chunks (RFC 9649, section 2.7.1.1); a still picture counts as one. */
export function countWebpFrames(file: Uint8Array, most: number): number {
  const view = viewOf(file);
  let frames = 0;
  for (let at = 12; at + 8 <= file.length && frames <= most; ) {
    if (text(file, at, 4) === 'ANMF') frames += 1;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return Math.max(1, frames);
}
