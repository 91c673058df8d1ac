import type { InstanceNorm } from '../../network/layers.ts';
import type { NormStatistics } from '../../network/norm-statistics.ts';
import type { NetworkInstance } from '../../network/polyphase.ts';
import type { Extent } from '../../pictures/picture.ts';
import type { Raster } from '../../rasters/raster.ts';
import type { KeptRows } from './kept-rows.ts';

/** A picture on its way through the passes. */
export interface StripRun {
  /** In polyphase form. */
  readonly instance: NetworkInstance;
  readonly stripRows: number;
  readonly padded: Extent;
  readonly picture: Raster;
  readonly painting: Raster;
  /** Found by the passes so far. */
  readonly statistics: Map<InstanceNorm, NormStatistics>;
  readonly kept: KeptRows;
}
