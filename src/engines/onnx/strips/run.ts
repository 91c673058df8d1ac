/** A picture on its way through the passes. */

import type { InstanceNorm } from '../../../network/layers.ts';
import type { NormStatistics } from '../../../network/norm-statistics.ts';
import type { Extent } from '../../../pictures/picture.ts';
import type { KeptPlace } from './kept-plan.ts';
import { columnsOf, type SharedRows } from './shared-rows.ts';

/** What all threads that paint a picture are told of it. */
export interface StripJob {
  readonly extent: Extent;
  /** Rows of a strip at the trunk's resolution, a multiple of eight. */
  readonly stripRows: number;
  /** What the network sees, and what it paints: rows of RGB bytes. */
  readonly picture: SharedRows;
  readonly painting: SharedRows;
  /** The stores of the network's kept plan, for the rows of the trunk. */
  readonly kept: readonly SharedRows[];
  /** How many strips there are. */
  readonly strips: number;
  /** What all strips of all passes have found, `foundBytes` for each: means and variances, as float32. */
  readonly found: SharedArrayBuffer;
  readonly foundBytes: number;
}

/** What one thread knows of it. */
export interface StripRun extends StripJob {
  readonly padded: Extent;
  /** Found by the passes so far. */
  readonly statistics: Map<InstanceNorm, NormStatistics>;
}

/** The rows of what lies in that place. */
export function keptRows(
  { kept, padded }: StripRun,
  place: KeptPlace | undefined,
  scale: number,
): SharedRows | undefined {
  if (place === undefined) return undefined;
  const columns = padded.width / scale;
  return columnsOf(kept[place.store]!, place.begin * columns, place.bytes * columns);
}
