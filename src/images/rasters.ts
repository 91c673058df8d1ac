/** Image files -> rasters in files and back, streaming: pictures that may not fit in memory. */

import { rm } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { isDiskFull } from '../host/disk.ts';
import { ALPHA_FORMATS } from '../pictures/formats.ts';
import type { Extent, RasterFile } from '../pictures/picture.ts';
import { fitted } from '../pictures/picture.ts';
import { decode } from './decode.ts';
import { type EncodeOptions, encoder, PAPER } from './encode.ts';
import { type PhotoHeader, unreadable } from './header.ts';
import { decoding, type Source } from './open.ts';
import { coverHidden, splitRaster } from './raster-rows.ts';
import { hasSpareChannels, withoutSparesOnDisk } from './spare-channels.ts';
import { alphaGain } from './transparency.ts';

export interface LargePhoto {
  readonly picture: RasterFile;
  /** Path of a picture of one band; undefined where the whole picture is opaque. */
  readonly alpha: string | undefined;
}

/** Gives a path, in a folder that will be removed, that nothing uses yet. */
export type FreshPath = () => string;

/** Long edge of the picture from which color under transparent pixels is taken. */
const BACKGROUND_SIDE = 1024;

/** Like {@link decode}, from file to file. */
export async function decodeToRaster(
  source: Source,
  extent: Extent,
  fresh: FreshPath,
): Promise<LargePhoto> {
  const { header } = source;
  try {
    const spare = hasSpareChannels(header);
    const plain = spare ? await withoutSparesOnDisk(source, fresh) : source;
    const { samples } = plain.header;
    const decoded = { path: fresh(), ...sizeOf(extent) };
    await decoding(plain, extent).toFile(decoded.path);
    if (samples.alpha === undefined && !samples.encoding) {
      return { picture: decoded, alpha: undefined };
    }
    const { color, alpha } = await splitRaster(decoded, samples, fresh);
    await rm(decoded.path);
    if (!alpha) return { picture: color, alpha: undefined };
    const background = await visibleColor(plain, extent, fresh);
    await coverHidden(color, alpha, background, alphaGain(header, extent));
    await rm(background.path);
    return { picture: color, alpha: alpha.path };
  } catch (cause) {
    throw failure(header, cause);
  }
}

/** What shows of the picture, spread over what does not: soft, as it is enlarged. */
async function visibleColor(source: Source, extent: Extent, fresh: FreshPath): Promise<RasterFile> {
  const { picture } = await decode(source, fitted(extent, BACKGROUND_SIDE));
  const path = fresh();
  await sharp(picture.data, { raw: { ...sizeOf(picture), channels: 3 } })
    .resize({ ...sizeOf(extent), fit: 'fill', kernel: 'linear' })
    .toFile(path);
  return { path, ...sizeOf(extent) };
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
