/** Pictures that are read and written some rows at a time, because they may not fit in memory. */

import type { Extent, Rows } from '../pictures/picture.ts';

/** Rows of interleaved samples, mostly three bytes of sRGB per pixel. */
export interface Raster extends Extent {
  /** Rejects with a `RangeError` where there are no such rows. */
  read(rows: Rows): Promise<Uint8Array>;
  /** `data` begins at row `begin`. */
  write(begin: number, data: Uint8Array): Promise<void>;
}
