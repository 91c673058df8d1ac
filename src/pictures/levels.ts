/** The sizes at which a picture is painted, coarse to fine. */

import type { Extent } from './picture.ts';
import { scaled } from './picture.ts';

/** Long edge in pixels of the canvas on which a network's strokes are as large as they look best. */
export const CANVAS_LONG_EDGE = 768;

/** How much of finer levels is painted from the photograph unless said otherwise, 0..1. */
export const DEFAULT_DETAIL = 0.25;

/** What is enlarged by less is as sharp as if it had been painted at its size. */
const NEGLIGIBLE_ENLARGEMENT = 1.15;

/**
 * The canvases for a painting of this size, coarse to fine. On the first, strokes have their size in
 * proportion to the picture, or to its pixels where it is smaller than the canvas; each further one is about
 * twice as large, up to the painting's own size. A single one may have another size than the painting. With all
 * `detail` there is one, of the painting's size for strokes as a network paints them.
 */
export function levelsFor(
  output: Extent,
  { strokeSize, detail }: { readonly strokeSize: number; readonly detail: number },
): readonly [Extent, ...Extent[]] {
  if (detail === 1) return [scaled(output, 1 / strokeSize)];
  const longEdge = Math.max(output.width, output.height);
  const enlargement = (longEdge * strokeSize) / Math.min(longEdge, CANVAS_LONG_EDGE);
  const first = scaled(output, 1 / enlargement);
  if (enlargement <= NEGLIGIBLE_ENLARGEMENT) return [first];
  const further = Math.max(1, Math.round(Math.log2(enlargement)));
  const finer = Array.from({ length: further }, (_, i) =>
    scaled(output, enlargement ** ((i + 1) / further - 1)),
  );
  return [first, ...finer.filter((level, i) => isLarger(level, finer[i - 1] ?? first))];
}

function isLarger(a: Extent, b: Extent): boolean {
  return a.width > b.width || a.height > b.height;
}
