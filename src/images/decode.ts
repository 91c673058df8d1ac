/** Image bytes -> 8-bit sRGB pixels, upright, in memory. */

import { setImmediate } from 'node:timers/promises';
import sharp, { type Sharp } from 'sharp';
import { elementCount } from '../network/measures.ts';
import type { Extent, Picture } from '../pictures/picture.ts';
import { conversion, type Samples } from './color/convert.ts';
import { type DecodeLimits, readHeader, unreadable } from './header.ts';
import { decoding, type Source, samplesOfBytes } from './open.ts';
import type { SampleLayout } from './samples.ts';
import { hasSpareChannels, withoutSpares } from './spare-channels.ts';
import { alphaGain, fillTransparent } from './transparency.ts';

export interface Photo {
  readonly picture: Picture;
  /** One byte per pixel, 255 where opaque; undefined where the whole picture is opaque. */
  readonly alpha: Uint8Array | undefined;
}

/**
 * Decodes a photograph: orientation applied, brought to the size given, 8-bit sRGB whatever its
 * depth, color model and profile, metadata dropped. Color hidden under transparent pixels is
 * replaced by that around them. Throws an `image-unreadable` problem.
 */
export async function decode(source: Source, extent: Extent): Promise<Photo> {
  const { format } = source.header;
  try {
    const plain = hasSpareChannels(source.header) ? await withoutSpares(source) : source;
    const { samples } = plain.header;
    const image = await toSrgb(await pixels(decoding(plain, extent), samples), samples);
    if (samples.alpha === undefined) return { picture: image, alpha: undefined };
    const alpha = (await bytes(raw(image).extractChannel(3))).data;
    if (isOpaque(alpha)) {
      return { picture: await bytes(raw(image).removeAlpha()), alpha: undefined };
    }
    return { picture: await fillTransparent(image, alphaGain(source.header, extent)), alpha };
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw unreadable(format, cause);
  }
}

/** The opaque pixels of a whole file at its own size. Throws like {@link readHeader} and {@link decode}. */
export async function decodePicture(file: Uint8Array, limits: DecodeLimits): Promise<Picture> {
  const header = await readHeader(file, limits);
  return (await decode({ file, header }, header.extent)).picture;
}

interface Decoded extends Extent {
  readonly data: Samples;
}

/** Samples that are converted before other work gets its turn. */
const SAMPLES_PER_BAND = 1 << 20;

async function toSrgb({ width, height, data }: Decoded, samples: SampleLayout): Promise<Picture> {
  const { encoding, bits } = samples;
  if (!encoding && data instanceof Uint8Array) return { width, height, data };
  const channels = data.length / (width * height);
  const convert = conversion(encoding, bits, channels);
  const result = new Uint8Array(data.length);
  const step = Math.max(1, Math.floor(SAMPLES_PER_BAND / (width * channels))) * width * channels;
  for (let begin = 0; begin < data.length; begin += step) {
    result.set(convert(data.subarray(begin, begin + step)), begin);
    await setImmediate();
  }
  return { width, height, data: result };
}

async function pixels(image: Sharp, samples: SampleLayout): Promise<Decoded> {
  const depth = samples.bits === 16 ? 'ushort' : 'uchar';
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const decoded = samplesOfBytes(data, samples);
  const expected = samples.alpha === undefined ? 3 : 4;
  if (channels !== expected || decoded.length !== elementCount([width, height, channels])) {
    throw new TypeError(
      `Expected ${width} x ${height} x ${expected} samples, got ${decoded.length} of ${channels} channels.`,
    );
  }
  return { width, height, data: decoded };
}

async function bytes(image: Sharp): Promise<Picture> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function raw({ width, height, data }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

function isOpaque(alpha: Uint8Array): boolean {
  for (const value of alpha) if (value !== 255) return false;
  return true;
}
