/** A request for a style, on its way to becoming a job. */

import type { Context } from 'hono';
import { previewKey } from '../jobs/files.ts';
import type { Job } from '../jobs/job.ts';
import { type StyleWork, styleKind } from '../jobs/style/kind.ts';
import { LEARNING_OPTIONS } from '../options/training.ts';
import type { Services } from '../services/services.ts';
import { taken } from '../styles/learned-styles.ts';
import type { ReceivedBody } from './body.ts';
import type { DeliveryFields } from './option-schemas.ts';
import { readParts } from './parts.ts';
import type { Preferences } from './preferences.ts';
import { imageText } from './schemas.ts';
import { askedBy, keepFile, requestFor } from './submission.ts';
import { trainingOptionsSchema } from './training-schemas.ts';
import { parseFields } from './validation.ts';
import { checkReachable, givenFields, webhookOf } from './wishes.ts';

const PICTURE_FORM = {
  field: 'image',
  noun: 'a picture',
  options: LEARNING_OPTIONS,
  schema: imageText,
} as const;

/** Accepts the job: when it resolves, nothing is lost if this process ends. Throws problems. */
export async function submitTraining(
  c: Context,
  services: Services,
  received: ReceivedBody,
  { cancelAfterMs }: Preferences,
  id: string,
): Promise<Job> {
  const { jobs, blobs } = services;
  const { file, fields } = await readParts(c, received, PICTURE_FORM);
  const parsed = parseFields(trainingOptionsSchema, givenFields(fields));
  const webhook = webhookOf(parsed as DeliveryFields, services);
  checkReachable(file, services);
  const style = { ...described(parsed), title: parsed.title ?? parsed.id };
  await checkFree(style.id, id, services);
  const { asked, digest, kept } = await keepFile(id, file, blobs);
  const options = optionsOf(parsed);
  const work: StyleWork = { image: kept, style, options, preview: previewKey(id) };
  const request = requestFor(
    askedBy(c, services, id, cancelAfterMs),
    styleKind.name,
    work,
    [style, options, webhook, asked, digest],
    webhook,
  );
  return (await jobs.submit(request)).job;
}

type Parsed = ReturnType<typeof trainingOptionsSchema.parse>;

function described({ id, artist, year, rights }: Parsed) {
  return { id, artist, year, rights };
}

function optionsOf(fields: Readonly<Record<string, unknown>>): StyleWork['options'] {
  return {
    steps: Number(fields['steps']),
    contentWeight: Number(fields['content_weight']),
    styleWeight: Number(fields['style_weight']),
  };
}

/** Throws a `conflict` problem for a style that is there, unless it came of this very job. */
async function checkFree(
  styleId: string,
  jobId: string,
  { catalog, learned }: Services,
): Promise<void> {
  const isShipped = catalog.styles.some(({ id }) => id === styleId);
  const origin = await learned.originOf(styleId);
  if (isShipped || (origin !== undefined && origin !== jobId)) throw taken(styleId);
}
