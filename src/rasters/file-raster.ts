/**
 * Rasters in files of libvips' own format: a header of 64 bytes, then the bytes of all rows. So
 * libvips decodes into them and encodes from them without ever holding the whole picture.
 * https://github.com/libvips/libvips/blob/master/libvips/include/vips/internal.h
 */

import { type FileHandle, open } from 'node:fs/promises';
import type { RasterFile } from '../core/engine.ts';
import type { Extent } from '../core/measures.ts';
import { readFully, writeFully } from './positioned.ts';
import type { Raster } from './raster.ts';

export const RASTER_EXTENSION = '.v';

const HEADER_BYTES = 64;
const CHANNELS = 3;

/** Written in the machine's own byte order, which the magic number tells. */
const MAGIC = 0x08f2a6b6;
const INTERPRETATION_SRGB = 22;
const PIXELS_PER_MILLIMETRE = 1;

export interface OpenRaster extends Raster {
  close(): Promise<void>;
}

/** Makes the file, all black. */
export async function createRaster(path: string, { width, height }: Extent): Promise<RasterFile> {
  const header = new ArrayBuffer(HEADER_BYTES);
  const integers = new Uint32Array(header);
  integers.set([MAGIC, width, height, CHANNELS], 0);
  integers[7] = INTERPRETATION_SRGB;
  new Float32Array(header).fill(PIXELS_PER_MILLIMETRE, 8, 10);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(new Uint8Array(header));
    await file.truncate(HEADER_BYTES + width * height * CHANNELS);
  } finally {
    await file.close();
  }
  return { path, width, height };
}

/** For reading and writing. */
export async function openRaster({ path, width, height }: RasterFile): Promise<OpenRaster> {
  const file: FileHandle = await open(path, 'r+');
  const rowBytes = width * CHANNELS;
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
