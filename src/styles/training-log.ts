/** The log that the recipe's reference trainer writes: one entry per style. */

import { z } from 'zod';
import { FormatError } from '../errors.ts';
import type { StyleManifest } from './manifest.ts';

const entrySchema = z.object({
  style: z.string(),
  steps: z.int().positive(),
  batch: z.int().positive(),
  device: z.string().optional(),
  arguments: z
    .object({
      crop: z.int().positive(),
      content_weight: z.number(),
      style_weight: z.number(),
      tv_weight: z.number(),
      lr: z.number(),
    })
    .optional(),
  log: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()]).rest(z.number())),
});

const logSchema = z.array(z.unknown());

/** The run of that name. Throws a `FormatError` where the log has none or it is not as expected. */
export function readTrainingLog(text: string, run: string): NonNullable<StyleManifest['training']> {
  const runs = logSchema.safeParse(parsed(text)).data ?? [];
  const found = runs.find((candidate) => (candidate as { style?: unknown } | null)?.style === run);
  const entry = entrySchema.safeParse(found);
  if (!entry.success || entry.data.arguments === undefined) {
    throw new FormatError(`Expected a training run named "${run}" with its arguments in the log.`);
  }
  const { steps, batch, device, arguments: given, log: lines } = entry.data;
  return {
    trainer: `the recipe’s reference program${device === undefined ? '' : ` (PyTorch, ${device})`}`,
    steps,
    batch,
    crop: given.crop,
    contentWeight: given.content_weight,
    styleWeight: given.style_weight,
    tvWeight: given.tv_weight,
    learningRate: given.lr,
    losses: lines.map(([step, , content, style]) => [step, content, style]),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError('Expected a training log in JSON, found something else.', { cause });
  }
}
