/** Where one shot of a film ends and another begins. */

import { brightness } from './color.ts';
import type { Picture } from './picture.ts';

/** Mean difference of brightness, of 255, from which on a frame may be of another shot. */
const CUT_DIFFERENCE = 18;

/** Share of pixels whose brightness both frames have in common, in another shot. */
const CUT_OVERLAP = 0.7;

const BINS = 32;

/**
 * Whether the frame it is given, one after the other and all of one size, begins a new shot: neither what is seen
 * where, nor how bright it is, stays.
 */
export function cutFinder(): (frame: Picture) => boolean {
  let before: Uint8Array | undefined;
  return (frame) => {
    const light = brightness(frame);
    const isCut =
      before !== undefined &&
      meanDifference(before, light) > CUT_DIFFERENCE &&
      overlap(histogram(before), histogram(light)) < CUT_OVERLAP;
    before = light;
    return isCut;
  };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

function histogram(light: Uint8Array): Uint32Array {
  const counts = new Uint32Array(BINS);
  for (const value of light) counts[(value * BINS) >> 8]! += 1;
  return counts;
}

function overlap(a: Uint32Array, b: Uint32Array): number {
  const [common, all] = a.reduce(
    ([shared, total], count, i) => [shared + Math.min(count, b[i]!), total + count],
    [0, 0] as [number, number],
  );
  return common / all;
}
