/** Paints a picture that lies in one file into another file. */

import type { StripNetwork } from '../../formats/onnx/pass-model.ts';
import type { LargePicture } from '../../network/engine.ts';
import { openRaster } from '../../rasters/file-raster.ts';
import { planeStores } from './plane-store.ts';
import { paintInStrips } from './strips.ts';

/** Kept in memory of each tensor of activations, before it goes to disk. */
const PLANES_MEMORY_BYTES = 160 * 2 ** 20;

/** `threads` may be used at once. */
export async function paintLarge(
  strips: Omit<StripNetwork, 'extent'>,
  { picture, painting, scratchFolder }: LargePicture,
  threads: number,
): Promise<void> {
  const options = {
    threads,
    openStore: planeStores(PLANES_MEMORY_BYTES, scratchFolder),
  };
  const [from, to] = [await openRaster(picture), await openRaster(painting)];
  try {
    await paintInStrips({ ...strips, extent: picture }, from, to, options);
  } finally {
    await from.close();
    await to.close();
  }
}
