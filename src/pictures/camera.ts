/**
 * Follows a camera that moves over what it films, in whole pixels, so that what is painted can stay with the scene:
 * each frame is laid over the one before, coarse to fine, where they differ least. A difference counts up to a limit
 * only, and most parts of the frame that show anything must agree, so that somebody who walks through the picture does
 * not move it.
 */

import { agreedMiddle, shareOf } from './agreement.ts';
import { brightness } from './color.ts';
import { type Extent, ORIGIN, type Picture, type Place } from './picture.ts';

export interface Camera {
  /** Where the next frame's first pixel lies in the scene, whose origin is that of the first frame. */
  follow(frame: Picture): Place;
}

/** Short side in pixels below which a frame is not made smaller to be looked at. */
const COARSE_SIDE = 12;

/** Of the sides: farther than this nothing is followed from one frame to the next. */
const REACH = 0.25;

/** Of 255: what differs by more is something else. */
const LIMIT = 24;

/** Pixels of a frame that are compared, about: evenly apart in larger ones. */
const COMPARED = 16_000;

/** Parts of a frame along each side. */
const PARTS = 4;

/** Mean difference that a pixel's way must make in a part for it to show anything, of 255. */
const SHOWN = 0.5;

/** Of that, what a part that has moved otherwise gains a pixel on. */
const ELSEWHERE = 0.3;

/** Parts that must show something, share of them that must agree, and within how many pixels. */
const MIN_SHOWING = 7;
const AGREEING = 0.6;
const TOLERANCE = 0.5;

/**
 * Parts of a pixel that are not told from none, and share of the parts that must have moved to the same side for
 * others to be: under noise, estimates lie on both.
 */
const AT_REST = 0.15;
const ONE_SIDED = 0.8;

/** What a motion that cannot be told has of the one before. */
const INERTIA = 0.8;

/** How far beyond half a pixel the camera must be for the next whole one to count: places do not go back and forth. */
const HYSTERESIS = 0.1;

/** The brightness of a frame. */
interface Light extends Extent {
  readonly data: Uint8Array;
  readonly mean: number;
}

interface Part extends Extent, Place {}

/** For the frames of one shot, all of one size, in order. */
export function camera(): Camera {
  let before: readonly Light[] | undefined;
  let at = ORIGIN;
  let place = ORIGIN;
  let moved = ORIGIN;
  return {
    follow(frame) {
      const now = pyramid(lightOf(frame));
      if (before) {
        moved = movement(before, now) ?? { x: INERTIA * moved.x, y: INERTIA * moved.y };
        at = { x: at.x + moved.x, y: at.y + moved.y };
        place = { x: settled(place.x, at.x), y: settled(place.y, at.y) };
      }
      before = now;
      return place;
    },
  };
}

function settled(before: number, at: number): number {
  return Math.abs(at - before) > 0.5 + HYSTERESIS ? Math.round(at) : before;
}

function lightOf(frame: Picture): Light {
  const data = brightness(frame);
  let sum = 0;
  for (let i = 0; i < data.length; i += 1) sum += data[i]!;
  return { width: frame.width, height: frame.height, data, mean: sum / data.length };
}

/** Fine to coarse, each half as large as the one before. */
function pyramid(finest: Light): Light[] {
  const levels = [finest];
  for (let last = finest; Math.min(last.width, last.height) >= 2 * COARSE_SIDE; ) {
    last = halved(last);
    levels.push(last);
  }
  return levels;
}

function halved({ width, height, data, mean }: Light): Light {
  const half = { width: width >> 1, height: height >> 1 };
  const smaller = new Uint8Array(half.width * half.height);
  for (let y = 0, i = 0; y < half.height; y += 1) {
    for (let x = 0, from = 2 * y * width; x < half.width; x += 1, from += 2, i += 1) {
      const below = from + width;
      smaller[i] = (data[from]! + data[from + 1]! + data[below]! + data[below + 1]! + 2) >> 2;
    }
  }
  return { ...half, data: smaller, mean };
}

/** With parts of a pixel; undefined where the parts of the frame do not agree. */
function movement(before: readonly Light[], now: readonly Light[]): Place | undefined {
  const coarsest = now.length - 1;
  const { width, height } = now[coarsest]!;
  let best = nearest(before[coarsest]!, now[coarsest]!, ORIGIN, {
    x: Math.floor(width * REACH),
    y: Math.floor(height * REACH),
  });
  for (let level = coarsest - 1; level >= 0; level -= 1) {
    const about = { x: 2 * best.x, y: 2 * best.y };
    best = nearest(before[level]!, now[level]!, about, { x: 1, y: 1 });
  }
  const [then, there] = [before[0]!, now[0]!];
  const parts = partsOf(there, best);
  const along = (step: Place) => agreed(parts.map((part) => beyond(then, there, part, best, step)));
  const [x, y] = [along({ x: 1, y: 0 }), along({ x: 0, y: 1 })];
  return x === undefined || y === undefined ? undefined : { x: best.x + x, y: best.y + y };
}

/** The whole motion, at most `reach` from `about`, with which the frames differ least; the smallest of equal ones. */
function nearest(before: Light, now: Light, about: Place, reach: Place): Place {
  let best = about;
  let least = difference(before, now, overlap(now, about), about);
  for (let y = about.y - reach.y; y <= about.y + reach.y; y += 1) {
    for (let x = about.x - reach.x; x <= about.x + reach.x; x += 1) {
      const found = difference(before, now, overlap(now, { x, y }), { x, y });
      if (found < least) [best, least] = [{ x, y }, found];
    }
  }
  return best;
}

/** What of a frame the one before shows, too. */
function overlap({ width, height }: Extent, { x, y }: Place): Part {
  return {
    x: Math.max(0, -x),
    y: Math.max(0, -y),
    width: Math.max(0, width - Math.abs(x)),
    height: Math.max(0, height - Math.abs(y)),
  };
}

/** Parts of what both show, and a pixel around it in the frame before. */
function partsOf({ width, height }: Extent, { x, y }: Place): Part[] {
  const columns = within(width, x);
  const rows = within(height, y);
  return rows.flatMap(([top, bottom]) =>
    columns.map(([left, right]) => ({
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
    })),
  );
}

/** Where the parts along a side begin and end. */
function within(side: number, moved: number): [number, number][] {
  const [begin, end] = [Math.max(0, 1 - moved), Math.min(side, side - 1 - moved)];
  const at = (part: number) => begin + Math.floor((part * (end - begin)) / PARTS);
  return Array.from({ length: PARTS }, (_, part) => [at(part), at(part + 1)]);
}

/**
 * By how much the part has moved beyond `moved` along `step`, -0.5..0.5, as differences grow evenly to both sides of
 * where it was; a whole pixel where it was clearly elsewhere. Undefined where it shows nothing.
 */
function beyond(
  before: Light,
  now: Light,
  part: Part,
  moved: Place,
  step: Place,
): number | undefined {
  const at = (steps: number) =>
    difference(before, now, part, { x: moved.x + steps * step.x, y: moved.y + steps * step.y });
  const [less, here, more] = [at(-1), at(0), at(1)];
  const least = Math.min(less, here, more);
  const slope = Math.max(less, more) - least;
  if (slope < SHOWN) return undefined;
  if (here - least > ELSEWHERE * slope) return less < more ? -1 : 1;
  return (less - more) / (2 * slope);
}

/** Mean of brightness, up to the limit, of a part of `now` from where it was before; how light frames are all in all does not count. */
function difference(before: Light, now: Light, part: Part, { x, y }: Place): number {
  const step = Math.max(1, Math.round(Math.sqrt((now.width * now.height) / COMPARED)));
  const [there, here] = [before.data, now.data];
  const lighter = now.mean - before.mean;
  const right = part.x + part.width;
  let [sum, count] = [0, 0];
  for (let row = part.y; row < part.y + part.height; row += step) {
    const from = (row + y) * before.width + x;
    const to = row * now.width;
    for (let column = part.x; column < right; column += step) {
      const value = Math.abs(here[to + column]! - there[from + column]! - lighter);
      sum += Math.min(value, LIMIT);
      count += 1;
    }
  }
  return count > 0 ? sum / count : LIMIT;
}

/** What most say; undefined where they do not agree. */
function agreed(distances: readonly (number | undefined)[]): number | undefined {
  const told = distances.filter((value) => value !== undefined);
  if (told.length < MIN_SHOWING) return undefined;
  const middle = agreedMiddle(told, AGREEING, () => TOLERANCE);
  if (middle === undefined) return undefined;
  const isTold = shareOf(told, (value) => value * middle > 0) >= ONE_SIDED;
  return isTold && Math.abs(middle) >= AT_REST ? middle : 0;
}

/** Whether a camera with these places has not stayed where it was. */
export function hasMoved(path: readonly Place[]): boolean {
  return path.some(({ x, y }) => x !== 0 || y !== 0);
}
