/** Wire names (snake_case) and their translation to the code's; validation messages included. */

import { z } from '@hono/zod-openapi';
import { type FieldError, invalidField, ProblemError } from '../errors.ts';
import { OUTPUT_FORMATS } from '../images/formats.ts';
import { STATUSES } from '../jobs/job.ts';
import { DEFAULT_DETAIL } from '../pictures/levels.ts';
import { EXAMPLES } from './examples.ts';

type Path = readonly PropertyKey[];

/** One sentence shape for every bad field: what was expected, for which field, what came. */
function expected(phrase: string) {
  return (issue: { readonly path?: Path | undefined; readonly input?: unknown }): string =>
    `Expected ${phrase}${fieldName(issue.path)}, got ${shown(issue.input)}.`;
}

function fieldName(path: Path | undefined): string {
  return path && path.length > 0 ? ` for ${path.join('.')}` : '';
}

/** Characters of a caller's text that an answer repeats. */
const MAX_SHOWN_CHARACTERS = 60;

/** Bad fields that one answer lists. */
const MAX_ERRORS = 20;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function shortened(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}

function between(minimum: number, maximum: number, whole: boolean) {
  const error = expected(`a${whole ? ' whole' : ''} number from ${minimum} to ${maximum}`);
  const number = z.number({ error }).min(minimum, { error }).max(maximum, { error });
  return whole ? number.int({ error }) : number;
}

const FORMATS = ['auto', ...OUTPUT_FORMATS] as const;

const MAX_URL_CHARACTERS = 2048;

/** Beyond any mix of eight styles. */
const MAX_MIX_CHARACTERS = 1000;

/** Largest `max_size`: beyond any picture that is accepted. */
const MAX_SIZE = 65_535;

export const optionFields = {
  style: z
    .string({ error: expected('a style or a mix of styles') })
    .max(MAX_MIX_CHARACTERS, {
      error: expected(`a mix of at most ${MAX_MIX_CHARACTERS} characters`),
    })
    .optional()
    .openapi({
      description:
        'A style of the catalog, or a mix: styles with weights that add up to 1. ' +
        "The server's default style where absent.",
      example: 'great-wave:0.6,starry-night:0.4',
    }),
  strength: between(0, 1, false).default(1).openapi({
    description: 'How much of the painting replaces the photograph.',
  }),
  preserve_colors: z
    .boolean({ error: expected('true or false') })
    .default(false)
    .openapi({ description: 'Keep the colors of the photograph, paint its light only.' }),
  stroke_size: between(0.25, 4, false).default(1).openapi({
    description:
      'Size of the brush strokes; 1 is in proportion to pictures above 768 pixels, whatever their size.',
  }),
  detail: between(0, 1, false)
    .default(DEFAULT_DETAIL)
    .openapi({
      description:
        'How much of what is finer than the largest strokes is painted from the photograph itself, in ' +
        'pictures above 768 pixels; 1 paints them at full size at once.',
    }),
  preserve_background: z
    .boolean({ error: expected('true or false') })
    .default(false)
    .openapi({ description: 'Leave a white background as it is; a transparent one always stays.' }),
  max_size: between(1, MAX_SIZE, true).optional().openapi({
    description:
      "Long edge of the painting in pixels, at most. The photograph's own size where absent.",
  }),
  format: z
    .enum(FORMATS, { error: expected(`one of ${FORMATS.join(', ')}`) })
    .default('auto')
    .openapi({ description: 'Format of the painting; `auto` follows the Accept header.' }),
  quality: between(1, 100, true).optional().openapi({
    description: 'Encoder quality; a sensible one per format where absent.',
  }),
};

/** What happens beside the painting; of no influence on it. */
export const deliveryFields = {
  webhook: z
    .string({ error: expected('an http(s) URL') })
    .regex(/^[Hh][Tt][Tt][Pp][Ss]?:\/\//, { error: expected('an http(s) URL') })
    .max(MAX_URL_CHARACTERS, {
      error: expected(`a URL of at most ${MAX_URL_CHARACTERS} characters`),
    })
    .optional()
    .openapi({ description: 'Address that is told when the stylization has moved on.' }),
  webhook_events_filter: z
    .array(z.enum(STATUSES, { error: expected(`a list of ${STATUSES.join(', ')}`) }), {
      error: expected(`a list of ${STATUSES.join(', ')}`),
    })
    .optional()
    .openapi({
      description: 'What it is told of; `succeeded`, `failed` and `canceled` where absent.',
      param: { style: 'form', explode: true },
    }),
};

export const optionsSchema = z
  .strictObject({ ...optionFields, ...deliveryFields })
  .openapi('StylizationOptions');

export type WireOptions = z.infer<typeof optionsSchema>;

export const imageText = z
  .string({ error: expected('a data URL, an http(s) URL or an upload') })
  .openapi({
    description: 'The photograph as a data URL, its http(s) address, or an upload (`upload:…`).',
    example: 'data:image/jpeg;base64,/9j/4AAQSkZJRg…',
  });

/**
 * Options as text (query, form fields): numbers, booleans and lists are read, the rest is left to zod.
 * An option without text is one that was not given. `kind` names the fields in problems.
 */
export function fromText(
  fields: readonly (readonly [name: string, text: string])[],
  kind: string,
): Record<string, unknown> {
  const texts = new Map<string, string[]>();
  for (const [name, text] of fields) {
    const before = texts.get(name);
    if (before) before.push(text.trim());
    else texts.set(name, [text.trim()]);
  }
  const given = [...texts].filter(
    ([name, values]) => !isOption(name) || values.some((text) => text !== ''),
  );
  return Object.fromEntries(given.map(([name, values]) => [name, optionValue(name, values, kind)]));
}

const TEXT_FIELDS = new Set(['style', 'format', 'webhook']);
const BOOLEAN_FIELDS = new Set(['preserve_colors', 'preserve_background']);

/** HTML's checkboxes say `on`, Python `True`. */
const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['off', false],
]);
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function isOption(name: string): boolean {
  return Object.hasOwn(optionFields, name) || Object.hasOwn(deliveryFields, name);
}

/** Lists come as one text per item, or with commas, or both. */
function optionValue(name: string, texts: readonly string[], kind: string): unknown {
  if (name === 'webhook_events_filter') {
    const items = texts.flatMap((text) => text.split(',')).map((item) => item.trim());
    return items.filter((item) => item !== '');
  }
  const [text = '', another] = texts;
  if (another !== undefined) {
    throw invalidField(
      pointer([name]),
      `Expected the ${kind} ${shortened(name)} once, got it again.`,
    );
  }
  if (TEXT_FIELDS.has(name)) return text;
  if (BOOLEAN_FIELDS.has(name)) return BOOLEANS.get(text.toLowerCase()) ?? text;
  return NUMBER.test(text) ? Number(text) : text;
}

/** Validates; throws an `invalid-request` problem that lists every field that is not as expected. */
export function parseFields<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const errors = result.error.issues
    .slice(0, MAX_ERRORS)
    .flatMap((issue) => fieldErrors(issue, schema))
    .slice(0, MAX_ERRORS);
  throw new ProblemError('invalid-request', errors.map(({ detail }) => detail).join(' '), {
    errors,
  });
}

function fieldErrors(issue: z.core.$ZodIssue, schema: z.ZodType): FieldError[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: pointer(issue.path), detail: issue.message }];
  }
  const known =
    schema instanceof z.ZodObject ? Object.keys(schema.shape).join(', ') : 'known fields';
  return issue.keys.slice(0, MAX_ERRORS).map((key) => ({
    pointer: pointer([...issue.path, key]),
    detail: `Expected only ${known}, got ${shown(key)}.`,
  }));
}

/** JSON pointer, RFC 6901. */
export function pointer(path: Path): string {
  return path
    .map((key) => `/${shortened(String(key)).replace(/~/g, '~0').replace(/\//g, '~1')}`)
    .join('');
}

export const fileSchema = z
  .custom<File>((value) => value instanceof File, { error: expected('an image file') })
  .openapi({ type: 'string', format: 'binary', description: 'The photograph.' });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .openapi('Problem');

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'starting', 'storage-full', 'shutting-down']),
    running: z.int(),
    waiting: z.int(),
    large: z
      .object({ running: z.int(), waiting: z.int() })
      .openapi({ description: 'Pictures that are painted in strips, in slots of their own.' }),
    sessions: z.int(),
  })
  .openapi('Health', { example: EXAMPLES.Health });
