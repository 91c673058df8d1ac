/** Image formats: which come in, which go out, and how to tell them by their first bytes. */

export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
export type InputFormat = OutputFormat | 'gif' | 'tiff';

export const MEDIA_TYPES: Readonly<Record<InputFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
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
const LONGEST_SIDE: Readonly<Record<OutputFormat, number>> = {
  jpeg: 65_535,
  png: 2 ** 31 - 1,
  webp: 16_383,
  avif: 16_384,
};

export function isOutputFormat(format: string): format is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(format);
}

/** Bytes at an offset that mark a format; `name` is for messages about formats we do not read. */
interface Signature {
  readonly name: string;
  readonly format?: InputFormat;
  readonly offset: number;
  readonly bytes: string;
}

const SIGNATURES: readonly Signature[] = [
  { name: 'JPEG', format: 'jpeg', offset: 0, bytes: '\xff\xd8\xff' },
  { name: 'PNG', format: 'png', offset: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { name: 'WebP', format: 'webp', offset: 8, bytes: 'WEBP' },
  { name: 'AVIF', format: 'avif', offset: 4, bytes: 'ftypavif' },
  { name: 'AVIF sequence', format: 'avif', offset: 4, bytes: 'ftypavis' },
  { name: 'GIF', format: 'gif', offset: 0, bytes: 'GIF87a' },
  { name: 'GIF', format: 'gif', offset: 0, bytes: 'GIF89a' },
  { name: 'TIFF', format: 'tiff', offset: 0, bytes: 'II*\0' },
  { name: 'TIFF', format: 'tiff', offset: 0, bytes: 'MM\0*' },
  { name: 'HEIC', offset: 4, bytes: 'ftyphei' },
  { name: 'HEIC', offset: 4, bytes: 'ftyphev' },
  { name: 'HEIF', offset: 4, bytes: 'ftypmif1' },
  { name: 'JPEG XL', offset: 0, bytes: '\xff\x0a' },
  { name: 'JPEG XL', offset: 4, bytes: 'JXL ' },
  { name: 'PDF', offset: 0, bytes: '%PDF' },
  { name: 'SVG', offset: 0, bytes: '<svg' },
  { name: 'XML', offset: 0, bytes: '<?xml' },
  { name: 'BMP', offset: 0, bytes: 'BM' },
  { name: 'ZIP', offset: 0, bytes: 'PK\x03\x04' },
  { name: 'HTML', offset: 0, bytes: '<!DOCTYPE' },
];

export interface Sniffed {
  readonly name: string;
  /** Undefined for formats that are recognised but not read. */
  readonly format: InputFormat | undefined;
}

/** What the first bytes say the file is; undefined where they say nothing. */
export function sniff(file: Uint8Array): Sniffed | undefined {
  const head = String.fromCharCode(...file.subarray(0, 16));
  const match = SIGNATURES.find(({ offset, bytes }) => head.startsWith(bytes, offset));
  return match && { name: match.name, format: match.format };
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

/** The formats a caller takes, best first; or how much it likes each, 0..1, and the photograph decides. */
export type FormatWish = readonly OutputFormat[] | Readonly<Record<OutputFormat, number>>;

export function formatWish(quality: (mediaType: string) => number): FormatWish {
  const liked = OUTPUT_FORMATS.map((format) => [format, quality(MEDIA_TYPES[format])] as const);
  return Object.fromEntries(liked) as Record<OutputFormat, number>;
}

/** The formats that an answer may have, best first, for this photograph: the same now and later. */
export function wishedFormats(wish: FormatWish, file: Uint8Array): readonly OutputFormat[] {
  if (isList(wish)) return wish;
  const byType = new Map(OUTPUT_FORMATS.map((format) => [MEDIA_TYPES[format], wish[format]]));
  return outputPreference(sniff(file)?.format ?? 'jpeg', (type) => byType.get(type) ?? 0);
}

function isList(wish: FormatWish): wish is readonly OutputFormat[] {
  return Array.isArray(wish);
}

/** The formats that can hold a picture with this long edge. */
export function formatsFor(formats: readonly OutputFormat[], longEdge: number): OutputFormat[] {
  return formats.filter((format) => longEdge <= LONGEST_SIDE[format]);
}

/** The first format that can hold the picture: one with alpha where there is transparency. */
export function firstSuitable(
  formats: readonly OutputFormat[],
  hasAlpha: boolean,
): OutputFormat | undefined {
  const suitable = hasAlpha ? formats.find((format) => ALPHA_FORMATS.has(format)) : undefined;
  return suitable ?? formats[0];
}
