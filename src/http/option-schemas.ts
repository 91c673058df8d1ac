/** Schemas of options, as requests give them and as answers repeat them. */

import { z } from '@hono/zod-openapi';
import { STATUSES } from '../jobs/job.ts';
import {
  type NumberOption,
  type Option,
  type Options,
  type ValuesOf,
  valuesOf,
} from '../options/option.ts';
import { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import { VIDEO_OPTIONS } from '../options/video.ts';
import { expected } from './expectations.ts';

/** Beyond any mix of eight styles. */
const MAX_MIX_CHARACTERS = 1000;

const MAX_URL_CHARACTERS = 2048;

/** What a caller may give for this option. */
function requestSchema(option: Option): z.ZodType {
  const schema = withDefault(valueSchema(option), option);
  const { description, example } = option;
  return schema.openapi({ description, ...(example && { example }) });
}

function valueSchema(option: Option): z.ZodType {
  switch (option.kind) {
    case 'number':
      return numberSchema(option);
    case 'switch':
      return z.boolean({ error: expected('true or false') });
    case 'choice':
      return z.enum(option.choices, { error: expected(`one of ${option.choices.join(', ')}`) });
    case 'mix':
      return z.string({ error: expected('a style or a mix of styles') }).max(MAX_MIX_CHARACTERS, {
        error: expected(`a mix of at most ${MAX_MIX_CHARACTERS} characters`),
      });
  }
}

function withDefault(schema: z.ZodType, option: Option): z.ZodType {
  return 'default' in option ? schema.default(option.default) : schema.optional();
}

function numberSchema({ minimum, maximum, isWhole }: NumberOption): z.ZodNumber {
  const error = expected(`a${isWhole ? ' whole' : ''} number from ${minimum} to ${maximum}`);
  const number = z.number({ error }).min(minimum, { error }).max(maximum, { error });
  return isWhole ? number.int({ error }) : number;
}

/** Fields of a request, by the options' names. */
export function requestFields(options: Options): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, requestSchema(option)]),
  );
}

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

/** All that may be said beside a video. */
export const videoOptionFields = { ...requestFields(VIDEO_OPTIONS), ...deliveryFields };

export const videoOptionsSchema = z.strictObject(videoOptionFields).openapi('VideoOptions');

/** What {@link videoOptionsSchema} has parsed, by the names of code. */
export function videoOptionValues(fields: Record<string, unknown>): ValuesOf<typeof VIDEO_OPTIONS> {
  return valuesOf(VIDEO_OPTIONS, (name) => fields[name]);
}

/** The options of one painting; a batch gives each image its own. */
export const optionFields = requestFields(STYLIZATION_OPTIONS);

/** All that may be said beside the photograph. */
export const requestOptionFields = { ...optionFields, ...deliveryFields };

export const optionsSchema = z.strictObject(requestOptionFields).openapi('StylizationOptions');

export type DeliveryFields = z.infer<z.ZodObject<typeof deliveryFields>>;

/** What {@link optionsSchema} has parsed, by the names of code. */
export function optionValues(
  fields: Record<string, unknown>,
): ValuesOf<typeof STYLIZATION_OPTIONS> {
  return valuesOf(STYLIZATION_OPTIONS, (name) => fields[name]);
}

/** Options as answers repeat them: each has a value, null where nobody gave one. */
export function answerFields(options: Options): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const value = plainSchema(option);
      return [name, 'default' in option ? value : value.nullable()];
    }),
  );
}

/** Without the limits that only requests have. */
function plainSchema(option: Option): z.ZodType {
  switch (option.kind) {
    case 'number':
      return option.isWhole ? z.int() : z.number();
    case 'switch':
      return z.boolean();
    default:
      return z.string();
  }
}
