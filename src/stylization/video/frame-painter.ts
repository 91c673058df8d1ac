/** Paints single frames of a video: coarse to fine as any picture, with the statistics of its shot. */

import type { NetworkStatistics } from '../../network/engine.ts';
import type { StyleMix } from '../../network/mix.ts';
import type { Combination } from '../../pictures/color.ts';
import type { Extent, Picture } from '../../pictures/picture.ts';
import type { Sessions } from '../../styles/sessions.ts';
import type { Surface } from '../canvas.ts';
import { laidOver, paintCoarseToFine } from '../coarse-to-fine.ts';
import { memoryCanvas } from '../memory-canvas.ts';

export interface FramePainting extends Combination {
  readonly style: StyleMix;
  readonly detail: number;
}

export interface FramePainter {
  /** Of the same size. With its own statistics where none are given. */
  paint(frame: Picture, statistics: readonly NetworkStatistics[] | undefined): Promise<Picture>;
  /** What it would be painted with, level by level; undefined where the engine cannot say. */
  measure(frame: Picture): Promise<NetworkStatistics[] | undefined>;
}

export function createFramePainter(
  sessions: Sessions,
  levels: readonly [Extent, ...Extent[]],
  options: FramePainting,
): FramePainter {
  const canvas = memoryCanvas(sessions, options.style);
  const isSeen = options.strength > 0;
  return {
    async paint(frame, statistics) {
      const steady = statistics
        ? steadyCanvas(canvas, sessions, options.style, statistics)
        : canvas;
      const painting = isSeen
        ? await paintCoarseToFine(frame, levels, options.detail, steady)
        : frame;
      const sized = await canvas.resize(painting, frame);
      return laidOver(sized, frame, options, canvas);
    },
    async measure(frame) {
      const found: NetworkStatistics[] = [];
      const measuring: Surface<Picture> = {
        ...canvas,
        async paint(picture) {
          const measured = await sessions.measure(options.style, picture);
          if (measured === undefined) return canvas.paint(picture);
          found.push(measured.statistics);
          return measured.painting;
        },
      };
      if (!isSeen) return undefined;
      await paintCoarseToFine(frame, levels, options.detail, measuring);
      return found.length === levels.length ? found : undefined;
    },
  };
}

/** Paints its first level with the first statistics, and so on. */
function steadyCanvas(
  canvas: Surface<Picture>,
  sessions: Sessions,
  style: StyleMix,
  statistics: readonly NetworkStatistics[],
): Surface<Picture> {
  let level = 0;
  return {
    ...canvas,
    paint: (picture) => sessions.paintSteadily(style, picture, statistics[level++]!),
  };
}
