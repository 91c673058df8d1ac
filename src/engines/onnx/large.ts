/** Paints pictures in files into other files. */

import type { LargePicture } from '../../network/engine.ts';
import type { NetworkInstance } from '../../network/polyphase.ts';
import { openRaster } from '../../rasters/file-raster.ts';
import { rowStores } from './row-store.ts';
import { stripPainter } from './strips.ts';

/** Kept in memory of each tensor of activations, before it goes to disk. */
const ROWS_MEMORY_BYTES = 160 * 2 ** 20;

export interface LargePainter {
  paint(job: LargePicture): Promise<void>;
  close(): Promise<void>;
}

/** `threads` may be used at once. */
export function largePainter(instance: NetworkInstance, threads: number): LargePainter {
  const strips = stripPainter(instance, threads);
  return {
    async paint({ picture, painting, scratchFolder }) {
      const openStore = rowStores(ROWS_MEMORY_BYTES, scratchFolder);
      const [from, to] = [await openRaster(picture), await openRaster(painting)];
      try {
        await strips.paint(from, to, { openStore });
      } finally {
        await from.close();
        await to.close();
      }
    },
    close: () => strips.close(),
  };
}
