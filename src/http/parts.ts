/** The three forms of a body that brings a file and options: a form, JSON, or the file's own bytes. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { invalidField } from '../errors.ts';
import type { Options } from '../options/option.ts';
import { type ImageReference, imageReference } from '../sources/image-source.ts';
import type { ReceivedBody } from './body.ts';
import { pointer } from './expectations.ts';
import { type FormPart, readForm } from './form.ts';
import { parseJson } from './json.ts';
import { fromText } from './option-texts.ts';
import { parseFields } from './validation.ts';

/** What a body is expected to bring. */
export interface FileForm {
  /** As the file is called in forms and JSON. */
  readonly field: string;
  /** With its article. */
  readonly noun: string;
  readonly options: Options;
  /** What it may be in JSON. */
  readonly schema: z.ZodType<string>;
  /** Names of other fields that forms may bring files in. */
  readonly otherFiles?: readonly string[];
}

export interface Parts {
  readonly file: ImageReference;
  /** Options in wire names, those of the query among them; bytes for what came as another file. */
  readonly fields: Record<string, unknown>;
}

/** Throws problems for bodies that are not as expected. */
export async function readParts(
  c: Context,
  { bytes, mediaType }: Pick<ReceivedBody, 'bytes' | 'mediaType'>,
  form: FileForm,
): Promise<Parts> {
  const { field, noun, options } = form;
  const query = fromText([...new URL(c.req.url).searchParams], 'query parameter', options);
  if (bytes.byteLength === 0) {
    throw invalidField(`/${field}`, `Expected ${noun}, got an empty body.`);
  }
  const contentType = c.req.header('content-type') ?? '';
  const { file, fields } = await partsOf(bytes, mediaType, contentType, form);
  return { file, fields: { ...query, ...fields } };
}

async function partsOf(
  body: Uint8Array<ArrayBuffer>,
  mediaType: string,
  contentType: string,
  form: FileForm,
): Promise<Parts> {
  if (mediaType === 'multipart/form-data') return fromForm(body, contentType, form);
  return mediaType === 'application/json'
    ? readJson(body, form)
    : { file: { bytes: body }, fields: {} };
}

async function fromForm(
  body: Uint8Array,
  contentType: string,
  { field, options, otherFiles = [] }: FileForm,
): Promise<Parts> {
  const parts = await readForm(body, contentType, [field, ...otherFiles]);
  const files = parts.filter(({ name }) => name === field);
  // A browser sends a file that was not chosen, too.
  const sent = files.filter(({ value }) => value.length > 0);
  if (files.length > 0 && sent.length === 0) {
    throw invalidField(`/${field}`, `Expected ${field} bytes, got none.`);
  }
  const [file] = sent;
  if (file === undefined || sent.length > 1) {
    throw invalidField(`/${field}`, `Expected one form field named ${field}, got ${sent.length}.`);
  }
  const { value } = file;
  const reference = typeof value === 'string' ? imageReference(value, field) : { bytes: value };
  const others = parts.filter(({ name }) => name !== field && name !== CHARSET_FIELD);
  const bytes = others.filter((part) => isOtherFile(part, otherFiles));
  const texts = others.filter((part) => !bytes.includes(part)).map(textOnly);
  return {
    file: reference,
    fields: { ...fromText(texts, 'form field', options), ...bytesByName(bytes) },
  };
}

function isOtherFile({ name, value }: FormPart, otherFiles: readonly string[]): boolean {
  return otherFiles.includes(name) && typeof value !== 'string' && value.byteLength > 0;
}

function bytesByName(parts: readonly FormPart[]): Record<string, unknown> {
  const names = parts.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return Object.fromEntries(parts.map(({ name, value }) => [name, value]));
  throw invalidField(pointer([twice]), `Expected the form field ${twice} once, got it again.`);
}

/** Says in which characters the others are written (RFC 7578, section 4.6). */
const CHARSET_FIELD = '_charset_';

function textOnly({ name, value }: FormPart): [string, string] {
  if (typeof value === 'string') return [name, value];
  if (value.byteLength === 0) return [name, ''];
  throw invalidField(pointer([name]), `Expected text for ${name}, got a file.`);
}

async function readJson(body: Uint8Array, { field, schema }: FileForm): Promise<Parts> {
  const shape = z.looseObject({ [field]: schema }, { error: 'Expected a JSON object.' });
  const { [field]: file, ...fields } = parseFields(shape, parseJson(body));
  return { file: imageReference(String(file), field), fields };
}
