/** The three forms of a stylization's body -> photograph bytes and options. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { MixSyntaxError, parseStyleMix, type StyleMix } from '../core/mix.ts';
import { invalidField, ProblemError } from '../errors.ts';
import { FINAL_STATUSES, type Status } from '../jobs/job.ts';
import { type ImageReference, imageReference } from '../sources/image-source.ts';
import type { StylizeOptions } from '../stylizer.ts';
import { type FormPart, readForm } from './form.ts';
import {
  fromText,
  imageText,
  optionsSchema,
  parseFields,
  pointer,
  type WireOptions,
} from './schemas.ts';

export interface StylizationRequest {
  readonly image: ImageReference;
  readonly options: StylizeOptions;
  readonly format: WireOptions['format'];
  readonly webhook: { readonly url: string; readonly events: readonly Status[] } | undefined;
}

interface Parts {
  readonly image: ImageReference;
  readonly fields: Record<string, unknown>;
}

/** Throws problems for bodies and fields that are not as expected. */
export async function readStylizationRequest(
  c: Context,
  { read }: BodyReader,
  body: Uint8Array<ArrayBuffer>,
  defaultMix: StyleMix,
): Promise<StylizationRequest> {
  const queries = new URL(c.req.url).searchParams;
  const query = fromText(single([...queries], 'query parameter'));
  if (body.byteLength === 0) throw invalidField('/image', 'Expected an image, got an empty body.');
  const { image, fields } = await read(body, c.req.header('content-type') ?? '');
  return stylizationOf(image, { ...query, ...fields }, defaultMix);
}

/** One photograph with its options in wire names. Throws an `invalid-request` problem. */
export function stylizationOf(
  image: ImageReference,
  fields: Record<string, unknown>,
  defaultMix: StyleMix,
): StylizationRequest {
  const wire = parseFields(optionsSchema, fields);
  return {
    image,
    options: toOptions(wire, defaultMix),
    format: wire.format,
    webhook: wire.webhook
      ? { url: wire.webhook, events: wire.webhook_events_filter ?? FINAL_STATUSES }
      : undefined,
  };
}

/** What reads a body of this request's media type. Throws `unsupported-media-type`. */
export function bodyReader(c: Context): BodyReader {
  const mediaType = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  const reader = readers.find(({ matches }) => matches(mediaType));
  if (reader === undefined) throw unsupportedBody(mediaType);
  return reader;
}

export interface BodyReader {
  matches(mediaType: string): boolean;
  read(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Parts>;
}

const readers: readonly BodyReader[] = [
  { matches: (type) => type === 'multipart/form-data', read: fromForm },
  { matches: (type) => type === 'application/json', read: readJson },
  {
    matches: (type) => type.startsWith('image/') || type === 'application/octet-stream',
    read: async (bytes) => ({ image: { bytes }, fields: {} }),
  },
];

async function fromForm(body: Uint8Array, contentType: string): Promise<Parts> {
  const parts = await readForm(body, contentType);
  const images = parts.filter(({ name }) => name === 'image');
  const [image] = images;
  if (image === undefined || images.length > 1) {
    throw invalidField('/image', `Expected one form field named image, got ${images.length}.`);
  }
  const { value } = image;
  const reference = typeof value === 'string' ? imageReference(value) : { bytes: value };
  if (value.length === 0) throw invalidField('/image', 'Expected image bytes, got none.');
  const texts = parts.filter((part) => part !== image).map(textOnly);
  return { image: reference, fields: fromText(single(texts, 'form field')) };
}

function textOnly({ name, value }: FormPart): [string, string] {
  if (typeof value === 'string') return [name, value];
  throw invalidField(pointer([name]), `Expected text for ${name}, got a file.`);
}

const jsonBody = z.looseObject({ image: imageText }, { error: 'Expected a JSON object.' });

async function readJson(body: Uint8Array): Promise<Parts> {
  const { image, ...fields } = parseFields(jsonBody, parseJson(body));
  return { image: imageReference(image), fields };
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new ProblemError('malformed-body', 'Expected JSON in UTF-8; this body is not.', {
      cause,
    });
  }
}

/** Each name once. */
function single(fields: readonly [string, string][], kind: string): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const [name, value] of fields) {
    if (name in texts) {
      throw invalidField(pointer([name]), `Expected the ${kind} ${name} once, got it again.`);
    }
    texts[name] = value;
  }
  return texts;
}

function unsupportedBody(mediaType: string): ProblemError {
  return new ProblemError(
    'unsupported-media-type',
    'Expected a body of multipart/form-data, image/* or application/json, got ' +
      `${mediaType === '' ? 'no content-type' : mediaType}.`,
  );
}

function toOptions(wire: WireOptions, defaultMix: StyleMix): StylizeOptions {
  return {
    mix: wire.style === undefined ? defaultMix : readMix(wire.style),
    strength: wire.strength,
    preserveColors: wire.preserve_colors,
    strokeSize: wire.stroke_size,
    detail: wire.detail,
    preserveBackground: wire.preserve_background,
    maxSize: wire.max_size,
    quality: wire.quality,
  };
}

function readMix(text: string): StyleMix {
  try {
    return parseStyleMix(text);
  } catch (error) {
    if (error instanceof MixSyntaxError) throw invalidField('/style', error.message);
    throw error;
  }
}
