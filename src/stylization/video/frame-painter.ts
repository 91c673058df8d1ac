/** Paints single frames of a video: coarse to fine as any picture, with the statistics of its shot. */

import type { NetworkStatistics } from '../../network/engine.ts';
import type { StyleMix } from '../../network/mix.ts';
import type { Combination } from '../../pictures/color.ts';
import { lit } from '../../pictures/light.ts';
import type { Extent, Picture, Place } from '../../pictures/picture.ts';
import type { Sessions } from '../../styles/sessions.ts';
import type { Surface } from '../canvas.ts';
import { laidOver, paintCoarseToFine } from '../coarse-to-fine.ts';
import { memoryCanvas } from '../memory-canvas.ts';

export interface FramePainting extends Combination {
  readonly style: StyleMix;
  readonly detail: number;
}

/** What a frame is painted with so that it is as others of its shot. */
export interface Steadiness {
  /** Level by level, coarse to fine. */
  readonly statistics: readonly NetworkStatistics[];
  /** Place of the frame's first pixel in its scene; undefined where the camera of the shot does not move. */
  readonly seenFrom?: Place | undefined;
  /** On the frame, beside what the statistics were measured in; 1 where absent. */
  readonly light?: number | undefined;
}

export interface FramePainter {
  /** Of the same size. For itself alone where nothing is given. */
  paint(frame: Picture, steadiness: Steadiness | undefined): Promise<Picture>;
  /** What it would be painted with, level by level; undefined where the engine cannot say. `light` as above. */
  measure(frame: Picture, light?: number): Promise<NetworkStatistics[] | undefined>;
}

export function createFramePainter(
  sessions: Sessions,
  levels: readonly [Extent, ...Extent[]],
  options: FramePainting,
): FramePainter {
  const canvas = memoryCanvas(sessions, options.style);
  const isSeen = options.strength > 0;
  return {
    async paint(original, steadiness) {
      const { light = 1 } = steadiness ?? {};
      const frame = lit(original, 1 / light);
      const steady = steadiness
        ? steadyCanvas(canvas, sessions, options.style, frame, steadiness)
        : canvas;
      const painting = isSeen
        ? await paintCoarseToFine(frame, levels, options.detail, steady)
        : frame;
      const sized = await canvas.resize(painting, frame);
      return laidOver(lit(sized, light), original, options, canvas);
    },
    async measure(original, light = 1) {
      const frame = lit(original, 1 / light);
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
  frame: Extent,
  { statistics, seenFrom }: Steadiness,
): Surface<Picture> {
  let level = 0;
  return {
    ...canvas,
    paint(picture) {
      const place = seenFrom && scaledPlace(seenFrom, picture.width / frame.width);
      return sessions.paintSteadily(style, picture, statistics[level++]!, place);
    },
  };
}

function scaledPlace({ x, y }: Place, scale: number): Place {
  return { x: Math.round(x * scale), y: Math.round(y * scale) };
}
