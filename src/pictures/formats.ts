/** Image formats: which come in, and which go out. */

export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
export type InputFormat = OutputFormat | 'gif' | 'tiff' | 'heic';

export const MEDIA_TYPES: Readonly<Record<InputFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
  heic: 'image/heic',
};

/** Names that are in use for registered ones. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/tif': 'image/tiff',
};

/** The registered name of a media type, in lower case. */
export function canonicalMediaType(type: string): string {
  const lower = type.trim().toLowerCase();
  return Object.hasOwn(ALIASES, lower) ? ALIASES[lower]! : lower;
}

/** Formats that can say which pixels are transparent. */
export const ALPHA_FORMATS: ReadonlySet<OutputFormat> = new Set(['png', 'webp', 'avif']);

/** Longest side that a format can hold, in pixels. */
const MAX_SIDE: Readonly<Record<OutputFormat, number>> = {
  jpeg: 65_535,
  png: 2 ** 31 - 1,
  webp: 16_383,
  avif: 16_384,
};

export function isOutputFormat(format: string): format is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(format);
}

/**
 * The formats an answer may have, best first, for a photograph of the given format: its own where
 * we write it, then JPEG, then those with better compression. `quality` is the caller's
 * preference per format, 0..1; formats at 0 are left out.
 */
export function outputPreference(
  input: InputFormat,
  quality: (mediaType: string) => number,
): OutputFormat[] {
  const own = isOutputFormat(input) ? [input] : [];
  const ordered = [...new Set<OutputFormat>([...own, 'jpeg', 'webp', 'png', 'avif'])];
  return ordered
    .map((format) => ({ format, quality: quality(MEDIA_TYPES[format]) }))
    .filter((candidate) => candidate.quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ format }) => format);
}

/** The formats that can hold a picture with this long edge. */
export function formatsFor(formats: readonly OutputFormat[], longEdge: number): OutputFormat[] {
  return formats.filter((format) => longEdge <= MAX_SIDE[format]);
}

/** The first format that can hold the picture: one with alpha where there is transparency. */
export function firstSuitable(
  formats: readonly OutputFormat[],
  hasAlpha: boolean,
): OutputFormat | undefined {
  const suitable = hasAlpha ? formats.find((format) => ALPHA_FORMATS.has(format)) : undefined;
  return suitable ?? formats[0];
}
