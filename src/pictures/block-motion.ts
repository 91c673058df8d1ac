/** Where what is seen in a frame was in the one before it, block by block, in whole pixels. */

import { clamped, type Extent, type Place } from './picture.ts';

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

/** A block of a frame, and how far from its place it was in the frame before. */
export interface MovedBlock {
  readonly block: Block;
  readonly motion: Place;
}

/**
 * The blocks of `now`, with where they were in `before`; undefined where nothing has moved. Both are the brightness of
 * frames of this extent; `moved` is how far the camera has gone in between, in pixels of the scene.
 */
export function blockMotion(
  now: Uint8Array,
  before: Uint8Array,
  extent: Extent,
  moved: Place,
): MovedBlock[] | undefined {
  const found = blocksOf(extent).map((block) => ({
    block,
    motion: bestMotion(now, before, extent, block, moved),
  }));
  return found.some(({ motion }) => motion.x !== 0 || motion.y !== 0) ? found : undefined;
}

/** Puts what was where each block was before to where it is now; `values` has so many of them for each pixel. */
export function follow<T extends Uint8Array | Uint16Array>(
  blocks: readonly MovedBlock[],
  { width, height }: Extent,
  values: T,
  into: T,
): void {
  const channels = values.length / (width * height);
  for (const { block, motion } of blocks) {
    for (let y = block.top; y < block.bottom; y += 1) {
      const there = clamped(y + motion.y, height) * width;
      // Of what comes from outside the frame, what is at its border.
      const left = clamped(block.left + motion.x, width - (block.right - block.left) + 1);
      const from = (there + left) * channels;
      const size = (block.right - block.left) * channels;
      into.set(values.subarray(from, from + size), (y * width + block.left) * channels);
    }
  }
}

function blocksOf({ width, height }: Extent): Block[] {
  const columns = Math.ceil(width / BLOCK);
  return Array.from({ length: columns * Math.ceil(height / BLOCK) }, (_, i) => {
    const [left, top] = [(i % columns) * BLOCK, Math.floor(i / columns) * BLOCK];
    const [right, bottom] = [Math.min(width, left + BLOCK), Math.min(height, top + BLOCK)];
    return { left, top, right, bottom };
  });
}

/** In pixels; `right` and `bottom` are the first ones outside. */
export interface Block {
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
