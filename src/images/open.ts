/** Image files as pipelines of libvips that give the numbers {@link SampleLayout} tells of. */

import sharp, { type Sharp } from 'sharp';
import type { Extent } from '../pictures/picture.ts';
import { amended } from './amend.ts';
import type { Samples } from './color/convert.ts';
import { type PhotoHeader, UNLIMITED } from './header.ts';
import type { SampleLayout } from './samples.ts';

/** A picture in memory, or the path of one. */
export interface Source {
  readonly file: Uint8Array | string;
  readonly header: PhotoHeader;
}

/** Seconds after which libvips gives up on one image. */
const DECODE_TIMEOUT_SECONDS = 30;

/** Upright, at its own size. */
export function opened({ file, header }: Source): Sharp {
  const { samples, amendment, extent } = header;
  return sharp(typeof file === 'string' ? file : amended(file, amendment), {
    ...UNLIMITED,
    limitInputPixels: extent.width * extent.height,
    ignoreIcc: samples.ignoreProfile,
    // Where the end marker is ours, libjpeg only warns that pixels are missing before it.
    failOn: amendment === 'end-marker' ? 'warning' : 'error',
  })
    .timeout({ seconds: DECODE_TIMEOUT_SECONDS })
    .autoOrient();
}

/** Upright, of that size: three channels, or four where there is alpha. */
export function decoding(source: Source, { width, height }: Extent): Sharp {
  const { samples } = source.header;
  const image = opened(source).resize({ width, height, fit: 'fill' });
  const channels = samples.alpha === undefined ? image.removeAlpha() : image.ensureAlpha();
  return channels.toColourspace(colorSpace(samples));
}

/** In which libvips hands the numbers over as they are. */
export function colorSpace({ bits }: SampleLayout): 'rgb16' | 'srgb' {
  return bits === 16 ? 'rgb16' : 'srgb';
}

export function bytesPerSample({ bits }: SampleLayout): 1 | 2 {
  return bits === 16 ? 2 : 1;
}

/** Bytes in the machine's own order as what they stand for. */
export function samplesOfBytes(data: Uint8Array, layout: SampleLayout): Samples {
  if (bytesPerSample(layout) === 1) return data;
  // Buffers may begin anywhere in memory that they share.
  const { buffer, byteOffset, byteLength } =
    data.byteOffset % 2 === 0 ? data : Uint8Array.from(data);
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}
