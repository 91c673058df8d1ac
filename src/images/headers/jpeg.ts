/** The segments of a JPEG file before its pixels (ITU-T T.81, annex B). */

import { viewOf } from './boxes.ts';

export interface Frame {
  readonly bits: number;
  readonly lossless: boolean;
  readonly components: number;
}

export interface JpegHeader {
  /** Undefined where there is no frame. */
  readonly frame: Frame | undefined;
  /** Where the first scan begins. */
  readonly scan: number | undefined;
}

const START_OF_SCAN = 0xda;
/** Huffman tables, extensions and arithmetic conditioning lie between the frames' markers. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
const LOSSLESS: ReadonlySet<number> = new Set([0xc3, 0xc7, 0xcb, 0xcf]);
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

export function readJpeg(file: Uint8Array): JpegHeader {
  const view = viewOf(file);
  let frame: JpegHeader['frame'];
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff) {
    const marker = view.getUint8(at + 1);
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) at += 1;
    else {
      if (marker === START_OF_SCAN) return { frame, scan: at };
      if ((marker & 0xf0) === 0xc0 && !NO_FRAMES.has(marker) && at + 10 <= file.length) {
        const [bits, components] = [view.getUint8(at + 4), view.getUint8(at + 9)];
        frame = { bits, components, lossless: LOSSLESS.has(marker) };
      }
      at += 2 + view.getUint16(at + 2);
    }
  }
  return { frame, scan: undefined };
}

/** Whether the pixels are followed by the marker that ends the picture: many cameras forget it. */
export function hasEnd(file: Uint8Array, { scan }: JpegHeader): boolean {
  return scan === undefined || asBuffer(file).includes(END_OF_IMAGE, scan);
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
