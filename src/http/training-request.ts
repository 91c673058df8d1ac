/** A request for a style: understood, and on its way to becoming a job. */

import type { Context } from 'hono';
import { previewKey } from '../jobs/files.ts';
import type { Job, JobRequest } from '../jobs/job.ts';
import { type StyleWork, styleKind } from '../jobs/style/kind.ts';
import { LEARNING_OPTIONS, STYLE_WISH_OPTIONS } from '../options/training.ts';
import type { Services } from '../services/services.ts';
import type { ImageReference } from '../sources/image-source.ts';
import { taken } from '../styles/learned-styles.ts';
import type { ReceivedBody } from './body.ts';
import type { DeliveryFields } from './option-schemas.ts';
import { readParts } from './parts.ts';
import { imageText } from './schemas.ts';
import { askedBy, keepFile, requestFor } from './submission.ts';
import { trainingOptionsSchema } from './training-schemas.ts';
import { parseFields } from './validation.ts';
import { checkReachable, givenFields, webhookOf } from './wishes.ts';

const PICTURE_FORM = {
  field: 'image',
  noun: 'a picture',
  options: STYLE_WISH_OPTIONS,
  schema: imageText,
} as const;

/** How a picture becomes a style. */
export interface TrainingWish {
  readonly image: ImageReference;
  readonly style: StyleWork['style'];
  readonly options: StyleWork['options'];
  readonly webhook: JobRequest['webhook'];
  /** Digest of the weights whose place the style takes. */
  readonly replaced?: string;
}

export interface StyleWish extends TrainingWish {
  /** Whether there is to be a training, or was plainly meant to be. */
  readonly trains: boolean;
}

/** Throws problems. */
export async function readStyleWish(
  c: Context,
  received: ReceivedBody,
  services: Services,
): Promise<StyleWish> {
  const { file: image, fields } = await readParts(c, received, PICTURE_FORM);
  const given = givenFields(fields);
  const parsed = parseFields(trainingOptionsSchema, given);
  const { id, artist, year, rights, title = id } = parsed;
  const others: Readonly<Record<string, unknown>> = parsed;
  const webhook = webhookOf(parsed as DeliveryFields, services);
  checkReachable(image, services);
  return {
    image,
    style: { id, title, artist, year, rights },
    options: trainingOptionsOf(others),
    webhook,
    trains: others['refine'] === true || Object.keys(given).some(isOfTraining),
  };
}

function isOfTraining(name: string): boolean {
  return Object.hasOwn(LEARNING_OPTIONS, name) || name === 'webhook';
}

/** Accepts the job: when it resolves, nothing is lost if this process ends. Throws problems. */
export async function submitTraining(
  c: Context,
  services: Services,
  { image, style, options, webhook, replaced }: TrainingWish,
  id: string,
  cancelAfterMs: number | undefined,
): Promise<Job> {
  const { jobs, blobs } = services;
  if (replaced === undefined) await checkFree(style.id, id, services);
  const { asked, digest, kept } = await keepFile(id, image, blobs);
  const work: StyleWork = {
    image: kept,
    style,
    options,
    preview: previewKey(id),
    ...(replaced && { replaced }),
  };
  const request = requestFor(
    askedBy(c, services, id, cancelAfterMs),
    styleKind.name,
    work,
    [style, options, webhook, asked, digest, ...(replaced ? [replaced] : [])],
    webhook,
  );
  return (await jobs.submit(request)).job;
}

/** Of parsed fields. */
export function trainingOptionsOf(fields: Readonly<Record<string, unknown>>): StyleWork['options'] {
  return {
    steps: Number(fields['steps']),
    contentWeight: Number(fields['content_weight']),
    styleWeight: Number(fields['style_weight']),
  };
}

/** Throws a `conflict` problem for a style that is there, unless it came of the same. */
export async function checkFree(
  styleId: string,
  own: string,
  { catalog, learned }: Services,
): Promise<void> {
  const isShipped = catalog.styles.some(({ id }) => id === styleId);
  const origin = await learned.originOf(styleId);
  if (isShipped || (origin !== undefined && origin !== own)) throw taken(styleId);
}
