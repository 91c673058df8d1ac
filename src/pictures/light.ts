/**
 * How the light on a scene changes through a film: when it fades, or a camera opens its iris. What comes into the
 * picture and is bright changes nothing: most of it must become lighter together.
 */

import { agreedMiddle, middleOf } from './agreement.ts';
import { brightness } from './color.ts';
import type { Extent, Picture } from './picture.ts';

/** Parts along each side. */
const PARTS = 4;

/** Changes from one frame to the next that are noise. */
const NEGLIGIBLE = 0.005;

/** How far, of its change, the change of a part that agrees may be from the middle one; and share of those that must. */
const ALIKE = 0.5;
const AGREEING = 0.7;

/** Seconds after which a third of a change is left: to light that stays, painting gets used. */
const ADAPTATION_SECONDS = 2;

/** What is darker is not told apart from noise, of 255. */
const DARK = 4;

const [LEAST, MOST] = [0.5, 2];

/** By what factor most of a frame is lighter than the one before; of frames of one size, in order. 1 for the first. */
export function lightMeter(): (frame: Picture) => number {
  let before: readonly number[] | undefined;
  return (frame) => {
    const now = partsOf(brightness(frame), frame);
    const changes = before?.map((value, i) => Math.log((now[i]! + DARK) / (value + DARK)));
    before = now;
    return changes ? Math.exp(common(changes)) : 1;
  };
}

/** What most parts have in common; 0 where that is next to nothing, or they have not. */
function common(changes: readonly number[]): number {
  const middle = agreedMiddle(changes, AGREEING, (value) => Math.abs(value) * ALIKE) ?? 0;
  return Math.abs(middle) >= NEGLIGIBLE ? middle : 0;
}

/** Mean brightness of each part. */
function partsOf(light: Uint8Array, { width, height }: Extent): number[] {
  const sums = new Float64Array(PARTS * PARTS);
  const counts = new Float64Array(PARTS * PARTS);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * PARTS) / height) * PARTS;
    for (let x = 0; x < width; x += 1) {
      const part = row + Math.floor((x * PARTS) / width);
      sums[part]! += light[y * width + x]!;
      counts[part]! += 1;
    }
  }
  return Array.from(sums, (sum, i) => sum / Math.max(1, counts[i]!));
}

/**
 * The light on each frame of a shot, 1 in the middle, from its changes and the times of the frames in seconds. Empty
 * where the light stays as it is.
 */
export function lightOf(changes: readonly number[], seconds: readonly number[]): number[] {
  if (changes.slice(1).every((change) => change === 1)) return [];
  let level = 0;
  const levels = changes.map((change, i) => {
    const passed = i === 0 ? 0 : seconds[i]! - seconds[i - 1]!;
    level = i === 0 ? 0 : level * Math.exp(-passed / ADAPTATION_SECONDS) + Math.log(change);
    return level;
  });
  const middle = middleOf(levels)!;
  return levels.map((value) => Math.min(MOST, Math.max(LEAST, Math.exp(value - middle))));
}

/** The frame under so much more light; itself where that is as it was. */
export function lit(frame: Picture, light: number): Picture {
  if (light === 1) return frame;
  const { width, height, data } = frame;
  const values = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.min(255, Math.round(value * light)),
  );
  return { width, height, data: data.map((value) => values[value]!) };
}
