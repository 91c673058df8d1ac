/** 8-bit sRGB pixels -> image bytes without metadata. */

import sharp, { type Sharp } from 'sharp';
import { ALPHA_FORMATS, type OutputFormat } from '../pictures/formats.ts';
import type { Extent, Picture } from '../pictures/picture.ts';

/** 1..100; what looks the same to most eyes takes a different number in each format. */
const DEFAULT_QUALITY: Readonly<Record<OutputFormat, number>> = {
  jpeg: 90,
  png: 100,
  webp: 85,
  avif: 65,
};

/** From this quality on, JPEG keeps color at full resolution: paintings have saturated edges. */
const FULL_COLOR_QUALITY = 90;

/** AVIF's default effort takes seconds per megapixel; this takes a tenth of one. */
const AVIF_EFFORT = 1;
const WEBP_EFFORT = 2;
const PNG_COMPRESSION = 6;

/** What shows through where a format without alpha has to drop it. */
export const PAPER = { r: 255, g: 255, b: 255 };

/** Whether a picture would differ, in any of these formats, from one of which no quality is said. */
export function qualityShows(
  quality: number | undefined,
  formats: readonly OutputFormat[],
): quality is number {
  const shows = (format: OutputFormat) => format !== 'png' && quality !== DEFAULT_QUALITY[format];
  return quality !== undefined && formats.some(shows);
}

export interface EncodeOptions {
  readonly format: OutputFormat;
  readonly quality: number | undefined;
}

/** `alpha` has one byte per pixel; a format that cannot hold it gets the picture on white. */
export async function encode(
  { width, height, data }: Picture,
  alpha: Uint8Array | undefined,
  options: EncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  let image = sharp(data, { raw: { width, height, channels: 3 } });
  if (alpha) {
    image = image.joinChannel(Buffer.from(alpha), { raw: { width, height, channels: 1 } });
    if (!ALPHA_FORMATS.has(options.format)) image = await onPaper(image, { width, height });
  }
  const file = await encoder(image, options).toBuffer();
  return new Uint8Array(file.buffer as ArrayBuffer, file.byteOffset, file.byteLength);
}

/** The last steps of a pipeline. */
export function encoder(
  image: Sharp,
  { format, quality = DEFAULT_QUALITY[format] }: EncodeOptions,
): Sharp {
  switch (format) {
    case 'jpeg': {
      const chromaSubsampling = quality >= FULL_COLOR_QUALITY ? '4:4:4' : '4:2:0';
      // Better codes would make files 2 % smaller, take thrice the time and hold all coefficients.
      return image.jpeg({ quality, chromaSubsampling, optimiseCoding: false });
    }
    case 'png':
      return image.png({ compressionLevel: PNG_COMPRESSION });
    case 'webp':
      return image.webp({ quality, effort: WEBP_EFFORT });
    case 'avif':
      return image.avif({ quality, effort: AVIF_EFFORT });
  }
}

async function onPaper(rgba: Sharp, { width, height }: Extent): Promise<Sharp> {
  const data = await rgba.raw().toBuffer();
  return sharp(data, { raw: { width, height, channels: 4 } }).flatten({ background: PAPER });
}
