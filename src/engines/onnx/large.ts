/** Paints a picture that lies in one file into another file. */

import type { LargePicture } from '../../network/engine.ts';
import type { NetworkInstance } from '../../network/polyphase.ts';
import { openRaster } from '../../rasters/file-raster.ts';
import { rowStores } from './row-store.ts';
import { paintInStrips } from './strips.ts';

/** Kept in memory of each tensor of activations, before it goes to disk. */
const ROWS_MEMORY_BYTES = 160 * 2 ** 20;

/** `threads` may be used at once. */
export async function paintLarge(
  instance: NetworkInstance,
  { picture, painting, scratchFolder }: LargePicture,
  threads: number,
): Promise<void> {
  const options = {
    threads,
    openStore: rowStores(ROWS_MEMORY_BYTES, scratchFolder),
  };
  const [from, to] = [await openRaster(picture), await openRaster(painting)];
  try {
    await paintInStrips(instance, from, to, options);
  } finally {
    await from.close();
    await to.close();
  }
}
