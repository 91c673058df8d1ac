/** The three forms of a stylization's body -> photograph bytes and options. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { MixSyntaxError, parseStyleMix, type StyleMix } from '../core/mix.ts';
import { invalidField, ProblemError } from '../errors.ts';
import { openSource } from '../sources/source.ts';
import type { StylizeOptions } from '../stylizer.ts';
import { type BodyLimits, readBody } from './body.ts';
import { fromText, imageText, optionsSchema, parseFields, type WireOptions } from './schemas.ts';

export interface StylizationRequest {
  readonly file: Uint8Array;
  readonly options: StylizeOptions;
  readonly format: WireOptions['format'];
}

interface Parts {
  readonly file: Uint8Array;
  readonly fields: Record<string, unknown>;
}

/** Throws problems for bodies and fields that are not as expected. */
export async function readStylizationRequest(
  c: Context,
  limits: BodyLimits,
  defaultMix: StyleMix,
  signal: AbortSignal,
): Promise<StylizationRequest> {
  const query = fromText(single(c.req.queries(), 'query parameter'));
  const mediaType = mediaTypeOf(c);
  const read = readers.find(({ matches }) => matches(mediaType))?.read;
  if (read === undefined) throw unsupportedBody(mediaType);
  const body = await readBody(c.req.raw, limits, signal);
  if (body.byteLength === 0) throw invalidField('/image', 'Expected an image, got an empty body.');
  const { file, fields } = await read(body, c.req.header('content-type') ?? '', limits.maxBytes);
  const wire = parseFields(optionsSchema, { ...query, ...fields });
  return { file, options: toOptions(wire, defaultMix), format: wire.format };
}

interface BodyReader {
  matches(mediaType: string): boolean;
  read(body: Uint8Array<ArrayBuffer>, contentType: string, maxBytes: number): Promise<Parts>;
}

const readers: readonly BodyReader[] = [
  { matches: (type) => type === 'multipart/form-data', read: readForm },
  { matches: (type) => type === 'application/json', read: readJson },
  {
    matches: (type) => type.startsWith('image/') || type === 'application/octet-stream',
    read: async (file) => ({ file, fields: {} }),
  },
];

async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  maxBytes: number,
): Promise<Parts> {
  const form = await new Response(body, { headers: { 'content-type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      const detail = 'Expected a multipart/form-data body with its boundary; this one is damaged.';
      throw new ProblemError('malformed-body', detail, { cause });
    });
  const images = form.getAll('image');
  const [image] = images;
  if (image === undefined || images.length > 1) {
    throw invalidField('/image', `Expected one form field named image, got ${images.length}.`);
  }
  form.delete('image');
  const texts: Record<string, string[]> = {};
  for (const name of new Set(form.keys())) texts[name] = form.getAll(name).map(textOnly(name));
  const file =
    typeof image === 'string'
      ? openSource(image, maxBytes)
      : new Uint8Array(await image.arrayBuffer());
  if (file.byteLength === 0) throw invalidField('/image', 'Expected image bytes, got none.');
  return { file, fields: fromText(single(texts, 'form field')) };
}

function textOnly(name: string): (value: File | string) => string {
  return (value) => {
    if (typeof value === 'string') return value;
    throw invalidField(`/${name}`, `Expected text for ${name}, got a file.`);
  };
}

const jsonBody = z.looseObject({ image: imageText }, { error: 'Expected a JSON object.' });

async function readJson(body: Uint8Array, _: string, maxBytes: number): Promise<Parts> {
  const { image, ...fields } = parseFields(jsonBody, parseJson(body));
  return { file: openSource(image, maxBytes), fields };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new ProblemError('malformed-body', 'Expected JSON in UTF-8; this body is not.', {
      cause,
    });
  }
}

/** Each name once. */
function single(fields: Record<string, string[]>, kind: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => {
      if (values.length === 1) return [name, values[0]!];
      throw invalidField(`/${name}`, `Expected the ${kind} ${name} once, got ${values.length}.`);
    }),
  );
}

function mediaTypeOf(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
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
