/** What a caller of the package wishes -> what the stylizer is told. */

import { z } from 'zod';
import { NEVER } from '../concurrency/deadline.ts';
import { expected } from '../http/expectations.ts';
import { optionFields, optionValues } from '../http/option-schemas.ts';
import { parseFields } from '../http/validation.ts';
import { givenFields, styleOf } from '../http/wishes.ts';
import { type FormatWish, formatWish } from '../images/format-wish.ts';
import type { StyleMix } from '../network/mix.ts';
import type { StylizeOptions as PaintOptions } from '../stylization/options.ts';
import type { StylizeOptions } from './public.ts';

const optionsSchema = z.strictObject({
  ...optionFields,
  signal: z.instanceof(AbortSignal, { error: expected('an AbortSignal') }).default(NEVER),
});

export interface Wish {
  readonly options: PaintOptions;
  readonly formats: FormatWish;
  readonly signal: AbortSignal;
}

/** Throws an `invalid-request` problem. */
export function readWish(given: StylizeOptions, defaultMix: StyleMix): Wish {
  const { signal, ...fields } = parseFields(optionsSchema, givenFields({ ...given }));
  const { format, style, ...options } = optionValues(fields);
  return {
    options: { ...options, style: styleOf(style, { defaultMix }) },
    formats: format === 'auto' ? formatWish(() => 1) : [format],
    signal,
  };
}
