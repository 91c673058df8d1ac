/** Image bytes -> 8-bit sRGB pixels, upright, under limits that are checked before decoding. */

import sharp, { type Metadata, type Sharp } from 'sharp';
import { type Extent, elementCount } from '../core/measures.ts';
import { type Picture, paintedPixels } from '../core/picture.ts';
import { ProblemError } from '../errors.ts';
import { type InputFormat, sniff } from './formats.ts';
import { fillTransparent } from './transparency.ts';

export interface DecodeLimits {
  readonly maxPixels: number;
  /** Frames of an animation or pages of a document (only the first is painted). */
  readonly maxPages: number;
}

export interface Photo {
  readonly picture: Picture;
  /** One byte per pixel, 255 where opaque; undefined where the whole picture is opaque. */
  readonly alpha: Uint8Array | undefined;
}

/** What the header says, before any pixel is decoded. */
export interface PhotoHeader {
  readonly format: InputFormat;
  /** Upright: after the EXIF orientation is applied. */
  readonly extent: Extent;
  readonly hasAlpha: boolean;
}

/** Seconds after which libvips gives up on one image. */
const DECODE_TIMEOUT_SECONDS = 30;

/**
 * Reads the header and checks it. Throws `unsupported-media-type`, `image-unreadable` or
 * `image-too-large` problems.
 */
export async function readHeader(file: Uint8Array, limits: DecodeLimits): Promise<PhotoHeader> {
  const format = knownFormat(file);
  const metadata = await sharp(file, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch((cause: unknown) => {
      throw unreadable(format, cause);
    });
  const { width, height } = metadata.autoOrient;
  if (!containerMatches(metadata, format)) throw unreadable(format, metadata.format);
  checkLimits({ width, height }, metadata.pages ?? 1, limits);
  return { format, extent: { width, height }, hasAlpha: metadata.hasAlpha };
}

/**
 * Decodes a photograph: EXIF orientation applied, any ICC profile, CMYK, grey, palette or 16-bit
 * picture converted to 8-bit sRGB, metadata dropped. It is brought to the size
 * given. Colour hidden under transparent pixels is replaced by that around them.
 */
export async function decode(
  file: Uint8Array,
  { format, hasAlpha }: PhotoHeader,
  { width, height }: Extent,
  maxPixels: number,
): Promise<Photo> {
  const image = decoding(file, { width, height }, maxPixels);
  try {
    if (!hasAlpha) return { picture: await pixels(image.removeAlpha()), alpha: undefined };
    const rgba = await pixels(image.ensureAlpha());
    const alpha = (await pixels(raw(rgba).extractChannel(3))).data;
    if (isOpaque(alpha))
      return { picture: await pixels(raw(rgba).removeAlpha()), alpha: undefined };
    return { picture: await fillTransparent(rgba), alpha };
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw unreadable(format, cause);
  }
}

/** What turns any file into upright sRGB of that size. */
export function decoding(file: Uint8Array, { width, height }: Extent, maxPixels: number): Sharp {
  return sharp(file, { limitInputPixels: maxPixels, failOn: 'error' })
    .timeout({ seconds: DECODE_TIMEOUT_SECONDS })
    .autoOrient()
    .resize({ width, height, fit: 'fill' })
    .toColourspace('srgb');
}

/** The opaque pixels of a whole file at its own size. Throws like the two functions above. */
export async function decodePicture(file: Uint8Array, limits: DecodeLimits): Promise<Picture> {
  const header = await readHeader(file, limits);
  return (await decode(file, header, header.extent, limits.maxPixels)).picture;
}

function knownFormat(file: Uint8Array): InputFormat {
  const sniffed = sniff(file);
  if (sniffed?.format) return sniffed.format;
  const found = sniffed ? `a ${sniffed.name} file` : 'something else';
  throw new ProblemError(
    'unsupported-media-type',
    `Expected a JPEG, PNG, WebP, AVIF, GIF or TIFF image, got ${found}.`,
  );
}

/** libvips calls AVIF's container heif; a file that it reads as anything else is in disguise. */
function containerMatches({ format, compression }: Metadata, expected: InputFormat): boolean {
  return expected === 'avif' ? format === 'heif' && compression === 'av1' : format === expected;
}

function checkLimits({ width, height }: Extent, pages: number, limits: DecodeLimits): void {
  if (paintedPixels({ width, height }) > limits.maxPixels) {
    throw new ProblemError(
      'image-too-large',
      `Expected at most ${limits.maxPixels} pixels (a side counts as 64 at least), got ${width} x ${height}.`,
    );
  }
  if (pages > limits.maxPages) {
    throw new ProblemError(
      'image-too-large',
      `Expected at most ${limits.maxPages} frames or pages, got ${pages}.`,
    );
  }
}

export function unreadable(format: InputFormat, cause: unknown): ProblemError {
  const detail = `Expected a complete ${format.toUpperCase()} image; this one is damaged or cut off.`;
  return new ProblemError('image-unreadable', detail, { cause });
}

async function pixels(image: Sharp): Promise<Picture> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (data.length !== elementCount([width, height, channels])) {
    throw new TypeError(`Expected ${width} x ${height} x ${channels} bytes, got ${data.length}.`);
  }
  return { width, height, data };
}

function raw({ width, height, data }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

function isOpaque(alpha: Uint8Array): boolean {
  for (const value of alpha) if (value !== 255) return false;
  return true;
}
