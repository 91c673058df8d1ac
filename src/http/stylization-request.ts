/** The three forms of a stylization's body -> photograph bytes and options. */

import type { Context } from 'hono';
import { invalidField } from '../errors.ts';
import { FINAL_STATUSES, type Status } from '../jobs/job.ts';
import { MixSyntaxError, parseStyleMix, type StyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import type { Services } from '../services/services.ts';
import type { ImageReference } from '../sources/image-source.ts';
import { sourceProblem } from '../sources/problems.ts';
import type { StylizeOptions } from '../stylization/options.ts';
import type { ReceivedBody } from './body.ts';
import { type DeliveryFields, optionsSchema, optionValues } from './option-schemas.ts';
import { readParts } from './parts.ts';
import { imageText } from './schemas.ts';
import { parseFields } from './validation.ts';

export interface StylizationRequest {
  readonly image: ImageReference;
  readonly options: StylizeOptions;
  readonly format: ValuesOf<typeof STYLIZATION_OPTIONS>['format'];
  readonly webhook: { readonly url: string; readonly events: readonly Status[] } | undefined;
}

const IMAGE_FORM = {
  field: 'image',
  noun: 'an image',
  options: STYLIZATION_OPTIONS,
  schema: imageText,
} as const;

/** What requests are read with. */
type Reading = Pick<Services, 'defaultMix' | 'checkAddress'>;

/** Media types of the three forms; a picture's own is told by its bytes. */
export const STYLIZATION_MEDIA_TYPES = [
  'multipart/form-data',
  'application/json',
  'image/*',
  'application/octet-stream',
] as const;

/** Throws problems for bodies and fields that are not as expected. */
export async function readStylizationRequest(
  c: Context,
  { bytes, mediaType }: Pick<ReceivedBody, 'bytes' | 'mediaType'>,
  reading: Reading,
): Promise<StylizationRequest> {
  const { file, fields } = await readParts(c, { bytes, mediaType }, IMAGE_FORM);
  return stylizationOf(file, fields, reading);
}

/** One photograph with its options in wire names. Throws `invalid-request` or `source-refused`. */
export function stylizationOf(
  image: ImageReference,
  fields: Record<string, unknown>,
  { defaultMix, checkAddress }: Reading,
): StylizationRequest {
  // Null says, as JSON does, that there is none.
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  const parsed = parseFields(optionsSchema, Object.fromEntries(given));
  const { webhook, webhook_events_filter: events = FINAL_STATUSES } = parsed as DeliveryFields;
  const { format, style, ...options } = optionValues(parsed);
  const refused = webhook === undefined ? undefined : checkAddress(webhook);
  if (refused !== undefined) throw invalidField('/webhook', refused);
  const unreachable = 'url' in image ? checkAddress(image.url) : undefined;
  if (unreachable !== undefined) throw sourceProblem('source-refused', unreachable);
  return {
    image,
    options: { ...options, style: style === undefined ? defaultMix : readMix(style) },
    format,
    webhook: webhook === undefined ? undefined : { url: webhook, events: [...new Set(events)] },
  };
}

/** Throws an `invalid-request` problem. */
export function readMix(text: string): StyleMix {
  try {
    return parseStyleMix(text);
  } catch (error) {
    if (error instanceof MixSyntaxError) throw invalidField('/style', error.message);
    throw error;
  }
}
