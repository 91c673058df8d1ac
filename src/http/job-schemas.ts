/** Stylizations as answers describe them, while they are worked on and afterwards. */

import { z } from '@hono/zod-openapi';
import { problemTypes } from '../errors.ts';
import { STATUSES } from '../jobs/job.ts';
import { PAINTING_OPTIONS } from '../options/stylization.ts';
import { DELIVERY_STATUSES, type Delivery } from '../webhooks/delivery-log.ts';
import { EXAMPLES } from './examples.ts';
import { answerFields } from './option-schemas.ts';

const time = z.iso.datetime();

const errorSchema = z.object({
  type: z.enum(Object.keys(problemTypes) as [keyof typeof problemTypes]),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
});

const progressSchema = z.object({ done: z.number(), total: z.number(), unit: z.string() });

/** What is said of a job of any kind. */
export const jobFields = {
  id: z.string(),
  status: z.enum(STATUSES),
  created_at: time,
  started_at: time
    .nullable()
    .openapi({ description: 'When work on it was first begun; null where it never was.' }),
  completed_at: time.nullable(),
  expires_at: time.nullable().openapi({ description: 'When it is no longer kept.' }),
  attempts: z.int().openapi({ description: 'How often work on it was begun.' }),
  progress: progressSchema.nullable().openapi({ description: 'While it is worked on.' }),
  batch: z.string().nullable(),
  error: errorSchema.nullable().openapi({ description: 'Why it failed or was canceled.' }),
  timings_ms: z.record(z.string(), z.number()),
};

/** Of a list that goes on. */
export const cursorSchema = z
  .string()
  .nullable()
  .openapi({ description: 'Give it as `cursor` to get the next page.' });

/** A status that a job had already left when its stream was asked for. */
const passedSchema = z
  .object({ id: z.string(), status: z.enum(STATUSES), at: time })
  .openapi('PassedStatus', { example: EXAMPLES.PassedStatus });

/** The data of one event in the stream of a job whose description is `schema`, which `name` names. */
export function eventSchema(name: string, schema: z.ZodType) {
  return z.union([schema, passedSchema]).openapi(`${name}Event`, {
    description:
      `Data of one event: the newest event has the ${name.toLowerCase()}, one that came before it only ` +
      'what happened and when.',
  });
}

export const stylizationSchema = z
  .object({
    ...jobFields,
    style: z.string().openapi({ description: 'The style or mix in its canonical form.' }),
    options: z.object(answerFields(PAINTING_OPTIONS)),
    output: z
      .object({
        url: z.string().openapi({ description: 'Where the painting is, for a while.' }),
        media_type: z.string(),
        width: z.int(),
        height: z.int(),
        bytes: z.int(),
      })
      .nullable(),
  })
  .openapi('Stylization', { example: EXAMPLES.Stylization });

export const linkSchema = z
  .object({
    url: z.string().openapi({ description: 'The page with the painting on it.' }),
    expires_at: time.openapi({ description: 'When it leads to the painting no longer.' }),
  })
  .openapi('Link', { example: EXAMPLES.Link });

export const stylizationsSchema = z
  .object({
    stylizations: z.array(stylizationSchema).openapi({ description: 'Newest first.' }),
    next_cursor: cursorSchema,
  })
  .openapi('Stylizations', { example: EXAMPLES.Stylizations });

export const batchSchema = z
  .object({
    id: z.string(),
    finished: z.boolean(),
    succeeded: z.int(),
    failed: z.int(),
    canceled: z.int(),
    stylizations: z.array(stylizationSchema),
  })
  .openapi('Batch', { example: EXAMPLES.Batch });

export const deliverySchema = z
  .object({
    id: z.string().openapi({ description: 'The `webhook-id` of every attempt.' }),
    event: z.int(),
    type: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.array(
      z.object({
        at: time,
        status: z.int().nullable(),
        error: z.string().nullable(),
        duration_ms: z.number(),
      }),
    ),
  })
  .openapi('Delivery', { example: EXAMPLES.Delivery });

export const deliveriesSchema = z
  .object({ deliveries: z.array(deliverySchema) })
  .openapi('Deliveries', { example: EXAMPLES.Deliveries });

export function toWireDelivery({ attempts, ...rest }: Delivery): z.infer<typeof deliverySchema> {
  return {
    ...rest,
    attempts: attempts.map(({ durationMs, ...attempt }) => ({
      ...attempt,
      duration_ms: durationMs,
    })),
  };
}

export const uploadSchema = z
  .object({
    image: z.string().openapi({ description: 'What to give as `image` afterwards.' }),
    expires_at: time,
    put: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
    form: z
      .object({ url: z.string(), fields: z.record(z.string(), z.string()) })
      .optional()
      .openapi({ description: 'The same as a form; its last field is `file`.' }),
  })
  .openapi('Upload', { example: EXAMPLES.Upload });
