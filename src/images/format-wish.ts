/** Which formats a caller would like, before and after the photograph is there. */

import {
  type InputFormat,
  MEDIA_TYPES,
  OUTPUT_FORMATS,
  type OutputFormat,
  outputPreference,
} from '../pictures/formats.ts';
import { sniff } from './sniff.ts';

/** The formats a caller takes, best first; or how much it likes each, 0..1, and the photograph decides. */
export type FormatWish = readonly OutputFormat[] | Readonly<Record<OutputFormat, number>>;

export function formatWish(quality: (mediaType: string) => number): FormatWish {
  const liked = OUTPUT_FORMATS.map((format) => [format, quality(MEDIA_TYPES[format])] as const);
  return Object.fromEntries(liked) as Record<OutputFormat, number>;
}

/** The formats that an answer may have, best first, for this photograph: the same now and later. */
export function wishedFormats(wish: FormatWish, file: Uint8Array): readonly OutputFormat[] {
  return formatsBeside(wish, sniff(file)?.format);
}

/** The same where the photograph's format is all that is known of it; undefined for none that we read. */
export function formatsBeside(
  wish: FormatWish,
  input: InputFormat | undefined,
): readonly OutputFormat[] {
  if (isList(wish)) return wish;
  const byType = new Map(OUTPUT_FORMATS.map((format) => [MEDIA_TYPES[format], wish[format]]));
  return outputPreference(input ?? 'jpeg', (type) => byType.get(type) ?? 0);
}

function isList(wish: FormatWish): wish is readonly OutputFormat[] {
  return Array.isArray(wish);
}
