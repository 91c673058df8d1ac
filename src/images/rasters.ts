/** Image files -> rasters in files and back, streaming: pictures that may not fit in memory. */

import sharp, { type Sharp } from 'sharp';
import type { RasterFile } from '../core/engine.ts';
import type { Extent } from '../core/measures.ts';
import { fitted } from '../core/picture.ts';
import { isDiskFull } from '../disk.ts';
import { decode, decoding, type PhotoHeader, unreadable } from './decode.ts';
import { type EncodeOptions, encoder, PAPER } from './encode.ts';
import { ALPHA_FORMATS } from './formats.ts';

export interface LargePhoto {
  readonly picture: RasterFile;
  /** Path of a picture of one band; undefined where the whole picture is opaque. */
  readonly alpha: string | undefined;
}

/** Gives a path, in a folder that will be removed, that nothing uses yet. */
export type FreshPath = () => string;

/** Long edge of the picture from which colour under transparent pixels is taken. */
const BACKGROUND_SIDE = 1024;

/** Like {@link decode}, from file to file. */
export async function decodeToRaster(
  file: Uint8Array,
  header: PhotoHeader,
  extent: Extent,
  maxPixels: number,
  fresh: FreshPath,
): Promise<LargePhoto> {
  const { width, height } = extent;
  const picture: RasterFile = { path: fresh(), width, height };
  const image = decoding(file, extent, maxPixels);
  try {
    if (!header.hasAlpha) {
      await image.removeAlpha().toFile(picture.path);
      return { picture, alpha: undefined };
    }
    const [rgba, alpha] = [fresh(), fresh()];
    await image.ensureAlpha().toFile(rgba);
    await stored(rgba).extractChannel(3).toFile(alpha);
    const { channels } = await stored(alpha).stats();
    if (channels[0]?.min === 255) {
      await stored(rgba).removeAlpha().toFile(picture.path);
      return { picture, alpha: undefined };
    }
    const visible = await decode(file, header, fitted(extent, BACKGROUND_SIDE), maxPixels);
    const filled = fresh();
    await sharp(visible.picture.data, { raw: { ...sizeOf(visible.picture), channels: 3 } })
      .resize({ width, height, fit: 'fill', kernel: 'linear' })
      .toFile(filled);
    await stored(filled)
      .composite([{ input: rgba, limitInputPixels: false }])
      .removeAlpha()
      .toFile(picture.path);
    return { picture, alpha };
  } catch (cause) {
    throw failure(header, cause);
  }
}

/** The raster at exactly this size (Lanczos); itself where it has that size already. */
export async function resizeRaster(
  raster: RasterFile,
  { width, height }: Extent,
  fresh: FreshPath,
): Promise<RasterFile> {
  if (raster.width === width && raster.height === height) return raster;
  const path = fresh();
  await stored(raster.path).resize({ width, height, fit: 'fill', kernel: 'lanczos3' }).toFile(path);
  return { path, width, height };
}

/** Like `encode`, from a raster; `alpha` as in {@link LargePhoto}. */
export async function encodeRaster(
  raster: RasterFile,
  alpha: string | undefined,
  options: EncodeOptions,
  fresh: FreshPath,
): Promise<Uint8Array<ArrayBuffer>> {
  let image = stored(raster.path);
  if (alpha) {
    image = image.joinChannel(alpha, { limitInputPixels: false });
    if (!ALPHA_FORMATS.has(options.format)) {
      const rgba = fresh();
      await image.toFile(rgba);
      image = stored(rgba).flatten({ background: PAPER });
    }
  }
  const file = await encoder(image, options).toBuffer();
  return new Uint8Array(file.buffer as ArrayBuffer, file.byteOffset, file.byteLength);
}

/** A file that breaks off and a disk that is full reach us by the same way. */
function failure({ format }: PhotoHeader, cause: unknown): unknown {
  return isDiskFull(cause) ? cause : unreadable(format, cause);
}

/** What this program has written is as large as it may be. */
function stored(path: string): Sharp {
  return sharp(path, { limitInputPixels: false, sequentialRead: true });
}

function sizeOf({ width, height }: Extent): Extent {
  return { width, height };
}
