/** The three forms of a stylization's body -> photograph bytes and options. */

import type { Context } from 'hono';
import type { JobRequest } from '../jobs/job.ts';
import type { ValuesOf } from '../options/option.ts';
import { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import type { ImageReference } from '../sources/image-source.ts';
import type { StylizeOptions } from '../stylization/options.ts';
import type { ReceivedBody } from './body.ts';
import { type DeliveryFields, optionsSchema, optionValues } from './option-schemas.ts';
import { readParts } from './parts.ts';
import { imageText } from './schemas.ts';
import { mixOf, type PictureReading, type PictureTurn, STYLE_IMAGE } from './style-image.ts';
import { parseFields } from './validation.ts';
import { checkReachable, givenFields, type Reading, styleOf, webhookOf } from './wishes.ts';

export interface StylizationRequest {
  readonly image: ImageReference;
  readonly options: StylizeOptions;
  readonly format: ValuesOf<typeof STYLIZATION_OPTIONS>['format'];
  readonly webhook: JobRequest['webhook'];
}

const IMAGE_FORM = {
  field: 'image',
  noun: 'an image',
  options: STYLIZATION_OPTIONS,
  schema: imageText,
  otherFiles: [STYLE_IMAGE],
} as const;

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
  received: ReceivedBody,
  reading: PictureReading,
  caller: string,
): Promise<StylizationRequest> {
  const { file, fields } = await readParts(c, received, IMAGE_FORM);
  const { signal, deadline, lease } = received;
  return picturedStylizationOf(file, fields, reading, {
    signal,
    lease,
    waiter: { caller, deadline },
  });
}

/** One photograph with its options in wire names. Throws `invalid-request` or `source-refused`. */
export function stylizationOf(
  image: ImageReference,
  fields: Record<string, unknown>,
  reading: Reading,
): StylizationRequest {
  const { style, ...request } = readFields(image, fields, reading);
  return { ...request, options: { ...request.options, style: styleOf(style, reading) } };
}

/** The same where a picture to paint like may be among the fields. Throws also what telling its style throws. */
export async function picturedStylizationOf(
  image: ImageReference,
  { [STYLE_IMAGE]: picture, ...fields }: Record<string, unknown>,
  reading: PictureReading,
  turn: PictureTurn,
): Promise<StylizationRequest> {
  const { style, ...request } = readFields(image, fields, reading);
  const mix = await mixOf(style, picture, reading, turn);
  return { ...request, options: { ...request.options, style: mix } };
}

/** All but the style, which is as it was given. */
function readFields(image: ImageReference, fields: Record<string, unknown>, reading: Reading) {
  const parsed = parseFields(optionsSchema, givenFields(fields));
  const { format, style, ...options } = optionValues(parsed);
  const webhook = webhookOf(parsed as DeliveryFields, reading);
  checkReachable(image, reading);
  return { image, style, options, format, webhook };
}
