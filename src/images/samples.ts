/**
 * What the decoder gives for a file: how many bits, which channels, and what the numbers mean. What
 * is not known for certain is refused by its name.
 */

import type { Metadata } from 'sharp';
import { ProblemError } from '../errors.ts';
import type { InputFormat } from '../pictures/formats.ts';
import { encodingOfChunks } from './color/chunks.ts';
import { encodingOf } from './color/code-points.ts';
import { DISPLAY_P3, type Encoding } from './color/encoding.ts';
import { grayEncoding, isRgbProfile } from './color/profile.ts';
import type { HeifHeader } from './headers/heif.ts';
import type { PngColor } from './headers/png.ts';
import type { TiffTags } from './headers/tiff.ts';

export interface SampleLayout {
  /** Of each sample that has to be converted here. */
  readonly bits: 8 | 16;
  /** What the numbers mean once the decoder has applied the profile; undefined where that is sRGB. */
  readonly encoding: Encoding | undefined;
  /** Where something else than the file's profile says what the numbers mean. */
  readonly ignoreProfile: boolean;
  /** As the file has them. */
  readonly channels: number;
  readonly storedBytes: 1 | 2;
  /** Channels beside those of color. */
  readonly extraChannels: number;
  /** Which of them is alpha, counted from zero. */
  readonly alpha: number | undefined;
}

/** What the decoder says that it gives. */
export type DecodedAs = Pick<Metadata, 'space' | 'depth' | 'channels' | 'icc'>;

/** What the containers themselves say, by format. */
export interface Described {
  readonly tiff?: TiffTags;
  readonly png?: PngColor;
  readonly heif?: HeifHeader;
}

/** Channels of color by libvips' name of what it has decoded. */
const COLOR_CHANNELS: Readonly<Record<string, number>> = {
  'b-w': 1,
  grey16: 1,
  srgb: 3,
  rgb: 3,
  rgb16: 3,
  cmyk: 4,
};

/** Throws an `unsupported-media-type` problem for what is not known to be understood. */
export function samplesOf(
  format: InputFormat,
  metadata: DecodedAs,
  described: Described,
): SampleLayout {
  const colors = COLOR_CHANNELS[metadata.space];
  if (colors === undefined || !(metadata.depth === 'uchar' || metadata.depth === 'ushort')) {
    throw refused(format, `${metadata.depth} samples of ${metadata.space}`);
  }
  if (metadata.channels < colors) {
    throw refused(format, `${metadata.channels} channels of ${metadata.space}`);
  }
  const extraChannels = metadata.channels - colors;
  const declared = described.tiff?.extraSamples.findIndex((kind) => kind === 1 || kind === 2);
  return {
    ...meaningOf(metadata, described),
    channels: metadata.channels,
    storedBytes: metadata.depth === 'ushort' ? 2 : 1,
    extraChannels,
    alpha: extraChannels === 0 || declared === -1 ? undefined : (declared ?? 0),
  };
}

type Meaning = Pick<SampleLayout, 'bits' | 'encoding' | 'ignoreProfile'>;

const SRGB: Meaning = { bits: 8, encoding: undefined, ignoreProfile: true };

/** Code points come before a profile in PNG, after it in HEIF; older chunks come last. */
function meaningOf(metadata: DecodedAs, { png, heif }: Described): Meaning {
  const bits = metadata.depth === 'ushort' ? 16 : 8;
  const converted = (encoding: Encoding | undefined): Meaning =>
    encoding ? { bits, encoding, ignoreProfile: true } : SRGB;
  // libvips goes from ink to sRGB by the file's profile, or else by its own.
  if (metadata.space === 'cmyk') return { ...SRGB, ignoreProfile: false };
  if (png?.cicp) return converted(encodingOf(png.cicp));
  const profile = metadata.icc && meaningOfProfile(metadata, metadata.icc);
  if (profile) return profile;
  if (png && !png.isSrgb) return converted(encodingOfChunks(png));
  // The decoder has brought video range to full range.
  if (heif?.codePoints) return converted(encodingOf({ ...heif.codePoints, fullRange: true }));
  return SRGB;
}

/**
 * libvips applies profiles to 8 bits as they should be, takes RGB of 16 bits to Display P3, and
 * leaves gray of 16 bits alone. Undefined where the profile does not fit the picture.
 */
function meaningOfProfile({ space }: DecodedAs, profile: Uint8Array): Meaning | undefined {
  if (space === 'rgb16') {
    if (!isRgbProfile(profile)) return undefined;
    return { bits: 16, encoding: DISPLAY_P3, ignoreProfile: false };
  }
  if (space === 'grey16') {
    const encoding = grayEncoding(profile);
    return encoding && { bits: 16, encoding, ignoreProfile: true };
  }
  return { ...SRGB, ignoreProfile: false };
}

/** TIFF 6.0 section 8 and supplements; what libtiff brings to RGB or gray by known rules. */
const PHOTOMETRICS: ReadonlySet<number> = new Set([0, 1, 2, 3, 5, 6]);

const PHOTOMETRIC_NAMES: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  8: 'CIELAB colors',
  9: 'CIELAB colors (ICC)',
  10: 'CIELAB colors (ITU)',
  32803: 'raw samples of a camera',
  32844: 'LogL samples',
  32845: 'LogLuv samples',
  34892: 'raw samples of a camera',
};

const FORMAT_NAMES: Readonly<Record<number, string>> = {
  1: 'whole numbers',
  2: 'signed whole numbers',
  3: 'floating-point numbers',
  4: 'undefined numbers',
  5: 'complex whole numbers',
  6: 'complex floating-point numbers',
};

const BITS: ReadonlySet<number> = new Set([1, 2, 4, 8, 16]);

/** Throws like {@link samplesOf}, before the decoder looks at the file. */
export function checkTags({ bits, photometric, sampleFormat, isRaw }: TiffTags): void {
  if (isRaw) throw refused('tiff', 'raw samples of a camera');
  if (!PHOTOMETRICS.has(photometric)) {
    throw refused('tiff', PHOTOMETRIC_NAMES[photometric] ?? `colors of kind ${photometric}`);
  }
  const whole = sampleFormat === 1 || sampleFormat === 4;
  if (!whole || !BITS.has(bits)) {
    const name = FORMAT_NAMES[sampleFormat] ?? `numbers of kind ${sampleFormat}`;
    throw refused('tiff', `samples that are ${name} of ${bits} bits`);
  }
}

function refused(format: InputFormat, what: string): ProblemError {
  return new ProblemError(
    'unsupported-media-type',
    `Expected a ${format.toUpperCase()} image of gray, RGB, palette or CMYK colors whose samples are ` +
      `whole numbers of at most 16 bits, got ${what}.`,
  );
}
