/** The sizes at which a picture is painted, coarse to fine. */

import type { Extent } from './measures.ts';
import { scaled } from './picture.ts';

/** Long edge in pixels of the canvas on which a network's strokes are as large as they look best. */
export const CANVAS_LONG_EDGE = 768;

/** How much of finer levels is painted from the photograph unless said otherwise, 0..1. */
export const DEFAULT_DETAIL = 0.25;

/** A picture hardly larger than the first canvas is painted at once. */
const NEGLIGIBLE_ENLARGEMENT = 1.15;

/**
 * The canvases for a painting of this size, coarse to fine. On the first, strokes have their size in
 * proportion to the picture; each further one is about twice as large, and the last is the painting's own
 * size. Only the first may be larger than the painting, for strokes finer than its pixels allow.
 */
export function levelsFor(output: Extent, strokeSize: number): readonly [Extent, ...Extent[]] {
  const longEdge = Math.max(output.width, output.height);
  const first = Math.min(longEdge, CANVAS_LONG_EDGE) / strokeSize;
  const enlargement = longEdge / first;
  if (enlargement <= 1) return [scaled(output, 1 / enlargement)];
  if (enlargement <= NEGLIGIBLE_ENLARGEMENT) return [output];
  const further = Math.max(1, Math.round(Math.log2(enlargement)));
  const [coarsest, ...finer] = Array.from({ length: further + 1 }, (_, level) =>
    scaled(output, enlargement ** (level / further - 1)),
  );
  return [coarsest!, ...finer];
}
