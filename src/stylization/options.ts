/** What a caller may set. */

import type { StyleMix } from '../network/mix.ts';
import type { Combination } from '../pictures/color.ts';

export interface StylizeOptions extends Combination {
  readonly mix: StyleMix;
  /** Size of the brush, 1 for strokes in proportion to the picture; 0.25..4. */
  readonly strokeSize: number;
  /** How much of what is finer than the largest strokes is painted from the photograph itself, 0..1. */
  readonly detail: number;
  /** Long edge of the painting in pixels at most; the photograph's own size where undefined. */
  readonly maxSize: number | undefined;
  /** 1..100; a default per format where undefined. */
  readonly quality: number | undefined;
}
