/** The header of an image file: what it is and how large, checked before any pixel is decoded. */

import sharp, { type Metadata } from 'sharp';
import { ProblemError } from '../errors.ts';
import type { InputFormat } from '../pictures/formats.ts';
import type { Extent } from '../pictures/picture.ts';
import { paintedPixels } from '../pictures/picture.ts';
import { type Amendment, amended, amendmentOf } from './amend.ts';
import { countGifFrames, countWebpFrames } from './headers/frames.ts';
import { type HeifHeader, readHeif } from './headers/heif.ts';
import { readJpeg } from './headers/jpeg.ts';
import { readPngColor } from './headers/png.ts';
import { readTiff } from './headers/tiff.ts';
import {
  checkTags,
  type DecodedAs,
  type Described,
  type SampleLayout,
  samplesOf,
} from './samples.ts';
import { sniff } from './sniff.ts';

export interface DecodeLimits {
  readonly maxPixels: number;
  /** Frames of an animation or pages of a document (only the first is painted). */
  readonly maxPages: number;
}

/** What the header says, before any pixel is decoded. */
export interface PhotoHeader {
  readonly format: InputFormat;
  /** Upright: after the EXIF orientation is applied. */
  readonly extent: Extent;
  readonly samples: SampleLayout;
  readonly amendment: Amendment | undefined;
  /** Several passes over the whole picture (JPEG, PNG). */
  readonly isProgressive: boolean;
  /** Of AVIF and HEIC. */
  readonly heif: HeifHeader | undefined;
}

/** Opens a file without limits of libvips' own: they have been checked here, by the header. */
export const UNLIMITED = { limitInputPixels: false, limitInputChannels: false } as const;

/**
 * Reads the header and checks it. Throws `unsupported-media-type`, `image-unreadable` or
 * `image-too-large` problems.
 */
export async function readHeader(file: Uint8Array, limits: DecodeLimits): Promise<PhotoHeader> {
  const format = knownFormat(file);
  const { pages, ...described } = describe(format, file, limits);
  checkPages(pages, limits);
  const amendment = amendmentOf(format, file);
  const { extent, decoded, isProgressive } =
    format === 'heic' && described.heif
      ? heicMetadata(described.heif)
      : await metadataOf(format, amended(file, amendment));
  checkPixels(extent, limits);
  const samples = samplesOf(format, decoded, described);
  return { format, extent, samples, amendment, isProgressive, heif: described.heif };
}

interface Header {
  readonly extent: Extent;
  readonly decoded: DecodedAs;
  readonly isProgressive: boolean;
}

async function metadataOf(format: InputFormat, file: Uint8Array): Promise<Header> {
  const metadata = await sharp(file, { ...UNLIMITED, failOn: 'none' })
    .metadata()
    .catch((cause: unknown) => {
      throw unreadable(format, cause);
    });
  if (!containerMatches(metadata, format)) throw unreadable(format, metadata.format);
  const { width, height } = metadata.autoOrient;
  return { extent: { width, height }, decoded: metadata, isProgressive: metadata.isProgressive };
}

/** As libvips will see it, once it has been decoded without libvips. */
function heicMetadata({ extent, bits, hasAlpha, profile }: HeifHeader): Header {
  const channels = hasAlpha ? 4 : 3;
  const decoded = {
    space: bits > 8 ? 'rgb16' : 'srgb',
    depth: bits > 8 ? 'ushort' : 'uchar',
    channels,
    ...(profile && { icc: Buffer.from(profile) }),
  } as const;
  return { extent, decoded, isProgressive: false };
}

export function unreadable(format: InputFormat, cause: unknown): ProblemError {
  const detail = `Expected a complete ${format.toUpperCase()} image; this one is damaged or cut off.`;
  return new ProblemError('image-unreadable', detail, { cause });
}

interface Container extends Described {
  /** Counted no further than one beyond the limit. */
  readonly pages: number;
}

/** What can be told without a decoder, which would look at every page. */
function describe(format: InputFormat, file: Uint8Array, { maxPages }: DecodeLimits): Container {
  switch (format) {
    case 'jpeg':
      checkFrame(file);
      return { pages: 1 };
    case 'png':
      return { pages: 1, png: readPngColor(file) };
    case 'webp':
      return { pages: countWebpFrames(file, maxPages) };
    case 'gif':
      return { pages: countGifFrames(file, maxPages) };
    case 'tiff': {
      const tiff = readTiff(file, maxPages);
      if (!tiff) throw unreadable(format, 'no page');
      checkTags(tiff.tags);
      return { pages: tiff.pages, tiff: tiff.tags };
    }
    case 'avif':
    case 'heic':
      return { pages: 1, heif: heifOf(format, file) };
  }
}

function checkFrame(file: Uint8Array): void {
  const { frame } = readJpeg(file);
  if (frame && (frame.lossless || frame.bits !== 8)) {
    const kind = frame.lossless ? 'lossless' : `${frame.bits}-bit`;
    throw notRead(`${kind} JPEG data`);
  }
}

/** What each kind of file says that its picture is coded in. */
const CODINGS: Readonly<Partial<Record<InputFormat, string>>> = { avif: 'av01', heic: 'hvc1' };

function heifOf(format: InputFormat, file: Uint8Array): HeifHeader {
  const heif = readHeif(file);
  if (!heif) throw unreadable(format, 'no primary picture');
  if (heif.coding !== CODINGS[format]) {
    throw notRead(`HEIF data whose picture is coded as ${JSON.stringify(heif.coding)}`);
  }
  return heif;
}

function knownFormat(file: Uint8Array): InputFormat {
  const sniffed = sniff(file);
  if (sniffed?.format) return sniffed.format;
  throw notRead(sniffed ? `${sniffed.name} data` : 'something else');
}

function notRead(found: string): ProblemError {
  return new ProblemError(
    'unsupported-media-type',
    `Expected a JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF image, got ${found}.`,
  );
}

/** libvips calls AVIF's container heif; a file that it reads as anything else is in disguise. */
function containerMatches({ format, compression }: Metadata, expected: InputFormat): boolean {
  return expected === 'avif' ? format === 'heif' && compression === 'av1' : format === expected;
}

function checkPixels({ width, height }: Extent, { maxPixels }: DecodeLimits): void {
  if (paintedPixels({ width, height }) <= maxPixels) return;
  throw new ProblemError(
    'image-too-large',
    `Expected at most ${maxPixels} pixels (a side counts as 64 at least), got ${width} x ${height}.`,
  );
}

function checkPages(pages: number, { maxPages }: DecodeLimits): void {
  if (pages <= maxPages) return;
  throw new ProblemError(
    'image-too-large',
    `Expected at most ${maxPages} frames or pages, got more.`,
  );
}
