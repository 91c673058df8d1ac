/**
 * Rasters in files of libvips' own format: a header of 64 bytes, then the bytes of all rows. So
 * libvips decodes into them and encodes from them without ever holding the whole picture.
 * https://github.com/libvips/libvips/blob/master/libvips/include/vips/internal.h
 */

import { type FileHandle, open } from 'node:fs/promises';
import type { Extent, RasterFile } from '../pictures/picture.ts';
import { readFully, writeFully } from './positioned.ts';
import type { Raster } from './raster.ts';

export const RASTER_EXTENSION = '.v';

const HEADER_BYTES = 64;

/** What a pixel consists of: one (gray), three (color) or four (with alpha) samples. */
export interface PixelLayout {
  readonly channels: 1 | 3 | 4;
  readonly sampleBytes: 1 | 2;
}

const RGB: PixelLayout = { channels: 3, sampleBytes: 1 };

/** Written in the machine's own byte order, which the magic number tells. */
const MAGIC = 0x08f2a6b6;
const FORMAT_USHORT = 2;
const INTERPRETATION_GRAY = 1;
const INTERPRETATION_SRGB = 22;
const INTERPRETATION_RGB16 = 25;
const PIXELS_PER_MILLIMETER = 1;

export interface OpenRaster extends Raster {
  close(): Promise<void>;
}

/** Makes the file, all zero. */
export async function createRaster(
  path: string,
  { width, height }: Extent,
  layout = RGB,
): Promise<RasterFile> {
  const header = new ArrayBuffer(HEADER_BYTES);
  const integers = new Uint32Array(header);
  integers.set([MAGIC, width, height, layout.channels], 0);
  if (layout.sampleBytes === 2) integers[5] = FORMAT_USHORT;
  integers[7] = interpretationOf(layout);
  new Float32Array(header).fill(PIXELS_PER_MILLIMETER, 8, 10);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(new Uint8Array(header));
    await file.truncate(HEADER_BYTES + width * height * bytesOf(layout));
  } finally {
    await file.close();
  }
  return { path, width, height };
}

function interpretationOf({ channels, sampleBytes }: PixelLayout): number {
  if (channels === 1) return INTERPRETATION_GRAY;
  return sampleBytes === 2 ? INTERPRETATION_RGB16 : INTERPRETATION_SRGB;
}

/** Of one pixel. */
export function bytesOf({ channels, sampleBytes }: PixelLayout): number {
  return channels * sampleBytes;
}

/** Where the rows of a raster of three bytes a pixel lie in its file. */
export function rasterLayout({ width }: Extent): {
  readonly offset: number;
  readonly rowBytes: number;
} {
  return { offset: HEADER_BYTES, rowBytes: width * bytesOf(RGB) };
}

/** For reading and writing; one pixel has three bytes where nothing else is said. */
export async function openRaster(
  { path, width, height }: RasterFile,
  pixelBytes = bytesOf(RGB),
): Promise<OpenRaster> {
  const file: FileHandle = await open(path, 'r+');
  const rowBytes = width * pixelBytes;
  return {
    width,
    height,
    async read({ begin, end }) {
      const rows = new Uint8Array((end - begin) * rowBytes);
      await readFully(file, rows, HEADER_BYTES + begin * rowBytes);
      return rows;
    },
    write: (begin, rows) => writeFully(file, rows, HEADER_BYTES + begin * rowBytes),
    close: () => file.close(),
  };
}
