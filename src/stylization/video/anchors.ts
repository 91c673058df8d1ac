/**
 * What keeps a shot from breathing: the statistics of instance norm are measured at a few moments of it, the
 * anchors, and between them every frame is painted with what lies between. Frames do not depend on each other
 * then, so that they can be painted anywhere, and a shot looks the same wherever it is cut into pieces.
 */

import type { NetworkStatistics } from '../../network/engine.ts';
import { mixedStatistics } from '../../network/mixed-statistics.ts';

export interface Anchor {
  /** From the beginning of the video. */
  readonly seconds: number;
  /** One for each level of the canvas, coarse to fine. */
  readonly levels: readonly NetworkStatistics[];
}

/** Where an anchor is, and the frames that it is measured on. */
export interface AnchorPlace {
  readonly seconds: number;
  readonly frames: readonly number[];
}

/** A shorter shot has one anchor, of all of it: whatever moves in it moves nothing else. */
const SHORT_SECONDS = 8;

/** Between two anchors of a longer shot, so that it may go from one place to another; and how far they reach. */
const GAP_SECONDS = 6;

/** Frames of one anchor. */
const FRAMES = 8;

/** For a shot whose frames, numbered from `first` on, are shown at these times. Times grow. */
export function anchorPlaces(seconds: readonly number[], first: number): AnchorPlace[] {
  const [begin, end] = [seconds[0]!, seconds.at(-1)!];
  const duration = end - begin;
  const count = duration < SHORT_SECONDS ? 1 : Math.ceil(duration / GAP_SECONDS) + 1;
  const reach = count === 1 ? duration : GAP_SECONDS;
  return Array.from({ length: count }, (_, i) => {
    const at = count === 1 ? (begin + end) / 2 : begin + (duration * i) / (count - 1);
    const near = seconds.flatMap((time, index) => (Math.abs(time - at) <= reach ? [index] : []));
    const chosen = near.length > 0 ? near : [nearest(seconds, at)];
    return { seconds: at, frames: spread(chosen, FRAMES).map((index) => first + index) };
  });
}

function nearest(seconds: readonly number[], at: number): number {
  return seconds.reduce(
    (best, time, index) => (Math.abs(time - at) < Math.abs(seconds[best]! - at) ? index : best),
    0,
  );
}

/** At most `count` of the items, evenly. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!,
  );
}

/** What holds at a moment of a shot, level by level. `anchors` are in the order of their times. */
export function statisticsAt(anchors: readonly Anchor[], seconds: number): NetworkStatistics[] {
  const next = anchors.findIndex((anchor) => anchor.seconds >= seconds);
  const after = anchors[next < 0 ? anchors.length - 1 : next]!;
  const before = anchors[Math.max(0, (next < 0 ? anchors.length : next) - 1)]!;
  const gap = after.seconds - before.seconds;
  const share = gap > 0 ? Math.min(1, Math.max(0, (seconds - before.seconds) / gap)) : 1;
  return after.levels.map((statistics, level) =>
    mixedStatistics([
      { statistics: before.levels[level]!, share: 1 - share },
      { statistics, share },
    ]),
  );
}
