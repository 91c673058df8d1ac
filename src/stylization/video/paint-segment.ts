/** The painted frames of one segment of a video. */

import { type Blend, createBlend } from '../../pictures/blend.ts';
import { levelsFor } from '../../pictures/levels.ts';
import { between, ORIGIN, type Picture, type Place } from '../../pictures/picture.ts';
import type { Sessions } from '../../styles/sessions.ts';
import { decodeFrames, type Frame, secondsOf, type VideoFile } from '../../video/frames.ts';
import { undecodable } from '../../video/header.ts';
import { statisticsAt } from './anchors.ts';
import { createFramePainter, type Steadiness } from './frame-painter.ts';
import type { VideoStylizeOptions } from './options.ts';
import { type Segment, type Shot, shotOf, type VideoPlan } from './plan.ts';

/** Frames that are painted while an earlier one is blended and coded. */
const FRAMES_AHEAD = 2;

export interface SegmentPainting {
  readonly video: VideoFile;
  readonly plan: VideoPlan;
  readonly segment: Segment;
  readonly options: VideoStylizeOptions;
  readonly sessions: Sessions;
}

/**
 * In order, without those that only warm it up. The same, whoever paints them, and whatever was painted
 * before. Throws a `video-unreadable` problem.
 */
export async function* paintSegment(
  { video, plan, segment, options, sessions }: SegmentPainting,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const levels = levelsFor(plan.extent, options);
  const painter = createFramePainter(sessions.in(plan.precision), levels, options);
  const steadiness = (number: number): Steadiness | undefined => {
    const shot = shotOf(plan, number);
    if (shot.anchors.length === 0) return undefined;
    const seconds = secondsOf(plan.times[number]!, video.header);
    return {
      statistics: statisticsAt(shot.anchors, seconds),
      seenFrom: seenFrom(shot, number),
      light: shot.light[number - shot.begin],
    };
  };
  let blend: Blend | undefined;
  let before: { readonly picture: Picture; readonly painting: Promise<Picture> } | undefined;
  /** A frame that is shown again is not painted again. */
  const painted = (number: number, picture: Picture): Promise<Picture> => {
    if (before && Buffer.compare(before.picture.data, picture.data) === 0) return before.painting;
    const painting = painter.paint(picture, steadiness(number));
    // Who reads it may give up before its turn comes.
    painting.catch(() => {});
    before = { picture, painting };
    return painting;
  };
  const begun = plannedFrames(video, plan, segment, signal);
  for await (const { number, picture, painting } of ahead(begun, painted)) {
    const shot = shotOf(plan, number);
    if (number === shot.begin || blend === undefined) {
      blend = createBlend(plan.extent, options.stability);
    }
    const finished =
      options.stability > 0
        ? blend.next(picture, await painting, movedTo(shot, number))
        : await painting;
    if (number >= segment.begin) yield { time: plan.times[number]!, picture: finished };
  }
}

function seenFrom({ begin, path }: Shot, number: number): Place | undefined {
  return path[number - begin];
}

/** How far the camera has gone since the frame before. */
function movedTo(shot: Shot, number: number): Place {
  const [from, to] = [seenFrom(shot, number - 1), seenFrom(shot, number)];
  return from && to ? between(from, to) : ORIGIN;
}

interface PlannedFrame {
  readonly number: number;
  readonly picture: Picture;
}

interface FrameUnderWay extends PlannedFrame {
  readonly painting: Promise<Picture>;
}

/** Begins to paint the next ones while one is waited for. */
async function* ahead(
  frames: AsyncIterable<PlannedFrame>,
  paint: (number: number, picture: Picture) => Promise<Picture>,
): AsyncGenerator<FrameUnderWay> {
  const waiting: FrameUnderWay[] = [];
  for await (const { number, picture } of frames) {
    waiting.push({ number, picture, painting: paint(number, picture) });
    if (waiting.length > FRAMES_AHEAD) yield waiting.shift()!;
  }
  yield* waiting;
}

/**
 * Each frame of the plan, once. What the decoder leaves out, where a file is damaged, is shown as the one before
 * it, so that all segments have the frames that were planned.
 */
async function* plannedFrames(
  video: VideoFile,
  { extent, times }: VideoPlan,
  { warmUpFrom, end }: Segment,
  signal: AbortSignal,
): AsyncGenerator<PlannedFrame> {
  let number = warmUpFrom;
  let shown: Picture | undefined;
  try {
    const from = times[number]!;
    for await (const { time, picture } of decodeFrames(video, extent, { from }, signal)) {
      for (; number < end && times[number]! < time; number += 1) {
        yield { number, picture: shown ?? picture };
      }
      if (number === end) return;
      shown = picture;
      if (times[number] === time) yield { number: number++, picture };
      if (number === end) return;
    }
  } catch (error) {
    const problem = undecodable(error);
    if (shown === undefined || problem === error) throw problem;
  }
  for (; shown && number < end; number += 1) yield { number, picture: shown };
}
