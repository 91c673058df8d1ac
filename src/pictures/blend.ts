/**
 * What keeps a film from flickering with the noise of its camera: where a frame shows what the one before it showed,
 * there or moved a little, its painting is mixed with the one before, moved likewise, without growing softer.
 */

import { blockMotion, follow } from './block-motion.ts';
import { brightness } from './color.ts';
import { restoreDetail } from './detail.ts';
import { type Extent, ORIGIN, type Picture, type Place } from './picture.ts';

/** How much of the painting before is kept where nothing has changed, with full stability. */
const MOST_KEPT = 0.75;

/** Mean difference of brightness around a pixel, of 255, at which a third of that is kept. */
const TOLERANCE = 6;

/** Steps of one gray level in what is carried on, so that small shares are not rounded away. */
const FRACTION = 128;

export interface Blend {
  /**
   * The painting of the next frame; `photo` is the frame itself. Both have the size of the blend. `moved` is how far
   * the camera has gone since the frame before, in pixels.
   */
  next(photo: Picture, painting: Picture, moved?: Place): Picture;
}

/** For the frames of one shot, in order. */
export function createBlend(extent: Extent, stability: number): Blend {
  const { width, height } = extent;
  const kept = keptShares(stability);
  const difference = new Uint8Array(width * height);
  const movedLight = new Uint8Array(width * height);
  let light: Uint8Array | undefined;
  /** The painting of the frame before, and room for it where it is moved. */
  let carried: Uint16Array | undefined;
  let spare: Uint16Array = new Uint16Array(0);
  return {
    next(photo, painting, moved = ORIGIN) {
      const now = brightness(photo);
      const before = light;
      light = now;
      if (before === undefined || carried === undefined) {
        carried = Uint16Array.from(painting.data, (value) => value * FRACTION);
        spare = new Uint16Array(carried.length);
        return painting;
      }
      const blocks = blockMotion(now, before, extent, moved);
      if (blocks) {
        follow(blocks, extent, before, movedLight);
        follow(blocks, extent, carried, spare);
        [carried, spare] = [spare, carried];
      }
      differ(now, blocks ? movedLight : before, difference);
      const sums = around(difference, width, height);
      mix(carried, painting.data, sums, kept);
      restoreDetail({ mixture: carried, steps: FRACTION }, painting.data, extent, spare);
      [carried, spare] = [spare, carried];
      return { width, height, data: inGrayLevels(carried) };
    },
  };
}

function differ(a: Uint8Array, b: Uint8Array, into: Uint8Array): void {
  for (let i = 0; i < into.length; i += 1) into[i] = Math.abs(a[i]! - b[i]!);
}

/** By the difference around a pixel, in ninths of a gray level. */
function keptShares(stability: number): Float32Array {
  const most = MOST_KEPT * stability;
  return Float32Array.from(
    { length: 255 * 9 + 1 },
    (_, ninths) => most * Math.exp(-((ninths / 9 / TOLERANCE) ** 2)),
  );
}

/** Mixes into `carried`. */
function mix(
  carried: Uint16Array,
  painting: Uint8Array,
  sums: Uint16Array,
  kept: Float32Array,
): void {
  for (let pixel = 0, i = 0; pixel < sums.length; pixel += 1) {
    const share = kept[sums[pixel]!]!;
    for (const end = i + 3; i < end; i += 1) {
      const fresh = painting[i]! * FRACTION;
      carried[i] = fresh + (carried[i]! - fresh) * share + 0.5;
    }
  }
}

function inGrayLevels(values: Uint16Array): Uint8Array {
  const result = new Uint8Array(values.length);
  for (let i = 0; i < result.length; i += 1) result[i] = (values[i]! + FRACTION / 2) / FRACTION;
  return result;
}

/** The sum of the 3 x 3 values around each; the outermost ones are repeated. */
function around(values: Uint8Array, width: number, height: number): Uint16Array {
  const rows = new Uint16Array(values.length);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      const left = x > 0 ? values[i - 1]! : values[i]!;
      const right = x < width - 1 ? values[i + 1]! : values[i]!;
      rows[i] = left + values[i]! + right;
    }
  }
  const sums = new Uint16Array(values.length);
  for (let y = 0, i = 0; y < height; y += 1) {
    const above = y > 0 ? -width : 0;
    const below = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x += 1, i += 1)
      sums[i] = rows[i + above]! + rows[i]! + rows[i + below]!;
  }
  return sums;
}
