/** Options between the form that a job's record keeps and the one that the stylizer takes. */

import { z } from 'zod';
import { parseStyleMix } from '../../network/mix.ts';
import { inCode, type Option, type ValuesOf } from '../../options/option.ts';
import { fromRecord, toRecord } from '../../options/records.ts';
import { PAINTING_OPTIONS } from '../../options/stylization.ts';
import type { StylizeOptions } from '../../stylization/options.ts';

/** The style or mix in its canonical form, and what is not at its default. */
export type RecordedOptions = Partial<ValuesOf<typeof PAINTING_OPTIONS>> & {
  readonly style: string;
};

/** What a later version has added is left as it is. */
export const recordedSchema: z.ZodType<RecordedOptions> = z
  .looseObject({
    ...inCode(PAINTING_OPTIONS, (_, option) => schemaOf(option).optional()),
    style: z.string(),
  })
  .transform((options): RecordedOptions => options);

function schemaOf({ kind }: Option): z.ZodType {
  if (kind === 'number') return z.number();
  return kind === 'switch' ? z.boolean() : z.string();
}

export function recordedOptions({ style, ...options }: StylizeOptions): RecordedOptions {
  return { style: style.name, ...toRecord(PAINTING_OPTIONS, options) };
}

export function stylizeOptions({ style, ...record }: RecordedOptions): StylizeOptions {
  return { ...fromRecord(PAINTING_OPTIONS, record), style: parseStyleMix(style) };
}
