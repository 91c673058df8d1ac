/** Which formats an answer may have: an explicit `format` is the caller's choice, `auto` follows the Accept header. */

import { ProblemError } from '../errors.ts';
import { type FormatWish, formatWish } from '../images/format-wish.ts';
import type { ValuesOf } from '../options/option.ts';
import type { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import { MEDIA_TYPES, OUTPUT_FORMATS } from '../pictures/formats.ts';
import { acceptQuality } from './negotiation.ts';

type Format = ValuesOf<typeof STYLIZATION_OPTIONS>['format'];

/** 0..1 for a media type; 0 where it is not accepted. */
export type Quality = (mediaType: string) => number;

const any: Quality = () => 1;

const PICTURES = OUTPUT_FORMATS.map((format) => MEDIA_TYPES[format]);

/** Of a route that answers with pictures or JSON. Throws a `not-acceptable` problem. */
export function answerForms(accept: string | undefined, format: Format) {
  const quality = acceptQuality(accept);
  const asJson = quality('application/json') > Math.max(...PICTURES.map(quality));
  if (format !== 'auto') return { asJson, wish: [format], quality: any };
  if (asJson) return { asJson, wish: formatWish(any), quality: any };
  checkAccepted(accept, quality, [...PICTURES, 'application/json']);
  return { asJson, wish: formatWish(quality), quality };
}

/** Of a route that answers with pictures only. Throws a `not-acceptable` problem. */
export function pictureForms(accept: string | undefined, format: Format): FormatWish {
  if (format !== 'auto') return [format];
  const quality = acceptQuality(accept);
  checkAccepted(accept, quality, PICTURES);
  return formatWish(quality);
}

function checkAccepted(
  accept: string | undefined,
  quality: Quality,
  types: readonly string[],
): void {
  if (PICTURES.some((type) => quality(type) > 0)) return;
  const expected = `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
  throw new ProblemError(
    'not-acceptable',
    `Expected an Accept header with ${expected}, got ${accept?.slice(0, MAX_SHOWN_CHARACTERS)}.`,
  );
}

/** Characters of a header that an answer repeats. */
const MAX_SHOWN_CHARACTERS = 100;
