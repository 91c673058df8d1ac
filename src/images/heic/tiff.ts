/** Pixels as an uncompressed TIFF, which carries their profile on to libvips (TIFF 6.0). */

import type { Extent } from '../../pictures/picture.ts';

export interface Pixels extends Extent {
  readonly channels: 3 | 4;
  readonly bits: 8 | 16;
  /** Interleaved; those of 16 bits with the lower byte first. */
  readonly bytes: Uint8Array;
}

type Tag = readonly [tag: number, type: number, count: number, value: number];

const HEADER_BYTES = 8;
const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

/** One strip, little-endian. */
export function toTiff(
  { width, height, channels, bits, bytes }: Pixels,
  profile: Uint8Array | undefined,
): Uint8Array<ArrayBuffer> {
  const pixelsAt = HEADER_BYTES;
  const profileAt = pixelsAt + even(bytes.length);
  const bitsAt = profileAt + even(profile?.length ?? 0);
  const directoryAt = bitsAt + 8;
  const tags: Tag[] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, channels, bitsAt],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, 2],
    [273, LONG, 1, pixelsAt],
    [277, SHORT, 1, channels],
    [278, LONG, 1, height],
    [279, LONG, 1, bytes.length],
    ...(channels === 4 ? [[338, SHORT, 1, 2] as const] : []),
    ...(profile ? [[34_675, UNDEFINED, profile.length, profileAt] as const] : []),
  ];
  const file = new Uint8Array(directoryAt + 2 + tags.length * 12 + 4);
  const view = new DataView(file.buffer);
  file.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directoryAt, true);
  file.set(bytes, pixelsAt);
  if (profile) file.set(profile, profileAt);
  for (let i = 0; i < channels; i += 1) view.setUint16(bitsAt + i * 2, bits, true);
  view.setUint16(directoryAt, tags.length, true);
  tags.forEach(([tag, type, count, value], i) => {
    const entry = directoryAt + 2 + i * 12;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, type, true);
    view.setUint32(entry + 4, count, true);
    view.setUint32(entry + 8, value, true);
  });
  return file;
}

function even(length: number): number {
  return length + (length % 2);
}
