/** Trainings as requests ask for them, and as answers describe them. */

import { z } from '@hono/zod-openapi';
import { STYLE_ID } from '../network/mix.ts';
import { LEARNING_OPTIONS, STYLE_WISH_OPTIONS } from '../options/training.ts';
import { MAX_ID_CHARACTERS } from '../styles/learned-styles.ts';
import { EXAMPLES } from './examples.ts';
import { expected } from './expectations.ts';
import { cursorSchema, jobFields } from './job-schemas.ts';
import { answerFields, deliveryFields, requestFields } from './option-schemas.ts';

const MAX_TEXT_CHARACTERS = 300;

function text(what: string) {
  const error = expected(`${what} of 1 to ${MAX_TEXT_CHARACTERS} characters`);
  return z.string({ error }).trim().min(1, { error }).max(MAX_TEXT_CHARACTERS, { error });
}

const idError = expected(
  `an id of 1 to ${MAX_ID_CHARACTERS} small letters and digits, with single "-" between them,`,
);

/** All that may be said beside the picture. */
export const trainingFields = {
  id: z
    .string({ error: idError })
    .max(MAX_ID_CHARACTERS, { error: idError })
    .regex(STYLE_ID, { error: idError })
    .openapi({ description: 'What the style is to be called.', example: 'my-waves' }),
  rights: text('why the picture may be used, a text').openapi({
    description: 'Why the picture may be used.',
    example: 'my own work',
  }),
  title: text('a title')
    .optional()
    .openapi({ description: 'Of the picture; the id where absent.' }),
  artist: text('a name').default('Unknown').openapi({ description: 'Who made it.' }),
  year: text('a year').default('undated').openapi({ description: 'When it was made.' }),
  ...requestFields(STYLE_WISH_OPTIONS),
  ...deliveryFields,
};

export const trainingOptionsSchema = z.strictObject(trainingFields).openapi('TrainingOptions');

/** What may be said where the picture is there already. */
export const refinementSchema = z
  .strictObject({ ...requestFields(LEARNING_OPTIONS), ...deliveryFields })
  .openapi('RefinementOptions');

export const trainingSchema = z
  .object({
    ...jobFields,
    style: z.object({
      id: z.string(),
      title: z.string(),
      artist: z.string(),
      year: z.string(),
      rights: z.string(),
    }),
    options: z.object(answerFields(LEARNING_OPTIONS)),
    preview: z.string().nullable().openapi({
      description: 'Where the newest picture of how it paints so far is, for a while.',
    }),
    output: z
      .object({ url: z.string(), preview_url: z.string() })
      .nullable()
      .openapi({ description: 'The style, when it is there.' }),
  })
  .openapi('Training', { example: EXAMPLES.Training });

export const trainingsSchema = z
  .object({
    trainings: z.array(trainingSchema).openapi({ description: 'Newest first.' }),
    next_cursor: cursorSchema,
  })
  .openapi('Trainings', { example: EXAMPLES.Trainings });
