/** Where what is seen in a frame was in the one before it, block by block, in whole pixels. */

import type { Extent, Place } from './picture.ts';

/** Side of a block in pixels. */
const BLOCK = 16;

/** How far around the camera's own motion a block is looked for. */
const REACH = 2;

/** Pixels of a block that are compared: every so many of a row, and rows. */
const STEP = 2;

/** Mean difference of brightness, of 255, that is noise: what differs less has stayed. */
const NOISE = 2;

/** Of the difference of a block that moves with the camera, what may be left elsewhere: even ground is not moved about by its noise. */
const GAIN = 0.7;

/**
 * For each pixel of `now`, the index of where it was in `before`; undefined where nothing has moved. Both are the
 * brightness of frames of this extent; `moved` is how far the camera has gone in between, in pixels of the scene.
 */
export function blockMotion(
  now: Uint8Array,
  before: Uint8Array,
  extent: Extent,
  moved: Place,
): Int32Array | undefined {
  const { width, height } = extent;
  const from = new Int32Array(width * height);
  let isStill = true;
  for (let top = 0; top < height; top += BLOCK) {
    for (let left = 0; left < width; left += BLOCK) {
      const block = {
        left,
        top,
        right: Math.min(width, left + BLOCK),
        bottom: Math.min(height, top + BLOCK),
      };
      const motion = bestMotion(now, before, extent, block, moved);
      if (motion.x !== 0 || motion.y !== 0) isStill = false;
      pointTo(from, extent, block, motion);
    }
  }
  return isStill ? undefined : from;
}

interface Block {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function bestMotion(
  now: Uint8Array,
  before: Uint8Array,
  extent: Extent,
  block: Block,
  moved: Place,
): Place {
  const differenceAt = (motion: Place) => difference(now, before, extent, block, motion);
  const usual = differenceAt(moved);
  if (usual <= NOISE) return moved;
  let best = moved;
  let least = usual * GAIN;
  for (let y = moved.y - REACH; y <= moved.y + REACH; y += 1) {
    for (let x = moved.x - REACH; x <= moved.x + REACH; x += 1) {
      const found = differenceAt({ x, y });
      if (found < least) [best, least] = [{ x, y }, found];
    }
  }
  return best;
}

/** Mean of brightness, of 255, as far as the frame before shows the block; infinite where it does not. */
function difference(
  now: Uint8Array,
  before: Uint8Array,
  { width, height }: Extent,
  { left, top, right, bottom }: Block,
  { x, y }: Place,
): number {
  let [sum, count] = [0, 0];
  for (let row = Math.max(top, -y); row < Math.min(bottom, height - y); row += STEP) {
    const there = (row + y) * width + x;
    for (let column = Math.max(left, -x); column < Math.min(right, width - x); column += STEP) {
      sum += Math.abs(now[row * width + column]! - before[there + column]!);
      count += 1;
    }
  }
  return count > 0 ? sum / count : Number.POSITIVE_INFINITY;
}

function pointTo(
  from: Int32Array,
  { width, height }: Extent,
  { left, top, right, bottom }: Block,
  { x, y }: Place,
): void {
  for (let row = top; row < bottom; row += 1) {
    const there = clamped(row + y, height) * width;
    for (let column = left; column < right; column += 1) {
      from[row * width + column] = there + clamped(column + x, width);
    }
  }
}

function clamped(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, place));
}
