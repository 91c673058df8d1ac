/** The three forms of a stylization's body -> photograph bytes and options. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { invalidField } from '../errors.ts';
import { FINAL_STATUSES, type Status } from '../jobs/job.ts';
import { MixSyntaxError, parseStyleMix, type StyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import type { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import type { Services } from '../services/services.ts';
import { type ImageReference, imageReference } from '../sources/image-source.ts';
import { sourceProblem } from '../sources/problems.ts';
import type { StylizeOptions } from '../stylization/options.ts';
import type { ReceivedBody } from './body.ts';
import { pointer } from './expectations.ts';
import { type FormPart, readForm } from './form.ts';
import { parseJson } from './json.ts';
import { type DeliveryFields, optionsSchema, optionValues } from './option-schemas.ts';
import { fromText } from './option-texts.ts';
import { imageText } from './schemas.ts';
import { parseFields } from './validation.ts';

export interface StylizationRequest {
  readonly image: ImageReference;
  readonly options: StylizeOptions;
  readonly format: ValuesOf<typeof STYLIZATION_OPTIONS>['format'];
  readonly webhook: { readonly url: string; readonly events: readonly Status[] } | undefined;
}

interface Parts {
  readonly image: ImageReference;
  readonly fields: Record<string, unknown>;
}

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
  const query = fromText([...new URL(c.req.url).searchParams], 'query parameter');
  if (bytes.byteLength === 0) throw invalidField('/image', 'Expected an image, got an empty body.');
  const { image, fields } = await partsOf(bytes, mediaType, c.req.header('content-type') ?? '');
  return stylizationOf(image, { ...query, ...fields }, reading);
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

async function partsOf(
  body: Uint8Array<ArrayBuffer>,
  mediaType: string,
  contentType: string,
): Promise<Parts> {
  if (mediaType === 'multipart/form-data') return fromForm(body, contentType);
  return mediaType === 'application/json' ? readJson(body) : { image: { bytes: body }, fields: {} };
}

async function fromForm(body: Uint8Array, contentType: string): Promise<Parts> {
  const parts = await readForm(body, contentType);
  const images = parts.filter(({ name }) => name === 'image');
  // A browser sends a file that was not chosen, too.
  const sent = images.filter(({ value }) => value.length > 0);
  if (images.length > 0 && sent.length === 0) {
    throw invalidField('/image', 'Expected image bytes, got none.');
  }
  const [image] = sent;
  if (image === undefined || sent.length > 1) {
    throw invalidField('/image', `Expected one form field named image, got ${sent.length}.`);
  }
  const { value } = image;
  const reference = typeof value === 'string' ? imageReference(value) : { bytes: value };
  const options = parts.filter(({ name }) => name !== 'image' && name !== CHARSET_FIELD);
  return { image: reference, fields: fromText(options.map(textOnly), 'form field') };
}

/** Says in which characters the others are written (RFC 7578, section 4.6). */
const CHARSET_FIELD = '_charset_';

function textOnly({ name, value }: FormPart): [string, string] {
  if (typeof value === 'string') return [name, value];
  if (value.byteLength === 0) return [name, ''];
  throw invalidField(pointer([name]), `Expected text for ${name}, got a file.`);
}

const jsonBody = z.looseObject({ image: imageText }, { error: 'Expected a JSON object.' });

async function readJson(body: Uint8Array): Promise<Parts> {
  const { image, ...fields } = parseFields(jsonBody, parseJson(body));
  return { image: imageReference(image), fields };
}

function readMix(text: string): StyleMix {
  try {
    return parseStyleMix(text);
  } catch (error) {
    if (error instanceof MixSyntaxError) throw invalidField('/style', error.message);
    throw error;
  }
}
