/** Where learning a painting begins: at the style that already paints most like it. */

import { decodePicture } from '../images/decode.ts';
import type { DecodeLimits } from '../images/header.ts';
import { middleOf } from '../pictures/picture.ts';
import type { Catalog } from '../styles/catalog.ts';
import type { StyleManifest } from '../styles/manifest.ts';
import type { LossMeasure } from './evaluation.ts';

/** The middle of a preview that is compared: enough for its strokes, and quick. */
const COMPARED = { width: 256, height: 256 };

/**
 * The style whose preview has the lowest style loss against the paintings that `measure` knows: what a run from
 * there would begin with. Throws a `CatalogError` where a preview is missing.
 */
export async function nearestStyle(
  catalog: Catalog,
  measure: LossMeasure,
  limits: DecodeLimits,
): Promise<StyleManifest> {
  const losses = new Map<StyleManifest, number>();
  for (const style of catalog.styles) {
    const preview = middleOf(await decodePicture(await catalog.preview(style), limits), COMPARED);
    losses.set(style, measure(preview, preview).style);
  }
  return [...losses].reduce((best, other) => (other[1] < best[1] ? other : best))[0];
}
