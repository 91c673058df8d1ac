/** What a stylization is told, beside the photograph. */

import type { StyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import type { PAINTING_OPTIONS } from '../options/stylization.ts';

export interface StylizeOptions extends ValuesOf<typeof PAINTING_OPTIONS> {
  readonly style: StyleMix;
}
