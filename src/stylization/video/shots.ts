/** A look at all frames of a video in the size they are painted in: what holds the frames of each shot together. */

import { pooledStatistics } from '../../network/mixed-statistics.ts';
import { camera, hasMoved } from '../../pictures/camera.ts';
import type { Place } from '../../pictures/picture.ts';
import { decodeFrames, type VideoFile } from '../../video/frames.ts';
import { undecodable } from '../../video/header.ts';
import type { Anchor, AnchorPlace } from './anchors.ts';
import type { FramePainter } from './frame-painter.ts';
import type { FrameSpan, Shot, VideoPlan } from './plan.ts';

/** What is known of shots before their frames are looked at in full size. */
export interface ShotsToSee {
  readonly spans: readonly FrameSpan[];
  /** The anchors of each. */
  readonly places: readonly (readonly AnchorPlace[])[];
  readonly light: readonly (readonly number[])[];
}

/**
 * Anchors, the path of the camera and the light for each shot; undefined where the engine cannot measure. Rejects with a
 * `video-unreadable` problem.
 */
export async function lookAtShots(
  video: VideoFile,
  { extent, times }: Pick<VideoPlan, 'extent' | 'times'>,
  { spans, places, light }: ShotsToSee,
  painter: FramePainter,
  signal: AbortSignal,
): Promise<Omit<Shot, keyof FrameSpan>[] | undefined> {
  const wanted = new Set(places.flat().flatMap(({ frames }) => frames));
  const measured = new Map<number, Anchor['levels']>();
  const paths = spans.map((): Place[] => []);
  let moving = camera();
  try {
    let frame = 0;
    for await (const { time, picture } of decodeFrames(
      video,
      extent,
      { from: times[0]! },
      signal,
    )) {
      if (time !== times[frame]) continue;
      const shot = spans.findIndex(({ end }) => frame < end);
      const { begin } = spans[shot]!;
      if (wanted.has(frame)) {
        const levels = await painter.measure(picture, light[shot]![frame - begin]);
        if (levels === undefined) return undefined;
        measured.set(frame, levels);
      }
      if (frame === begin) moving = camera();
      paths[shot]!.push(moving.follow(picture));
      frame += 1;
      if (frame === times.length) break;
    }
  } catch (error) {
    throw undecodable(error);
  }
  return places.map((shot, i) => ({
    anchors: shot.flatMap((place) => anchorAt(place, measured)),
    path: movingPath(paths[i]!, spans[i]!),
    light: light[i]!,
  }));
}

/** None of a camera that stays where it is, or that could not be followed to the end. */
function movingPath(path: readonly Place[], { begin, end }: FrameSpan): readonly Place[] {
  const isFollowed = path.length === end - begin;
  return isFollowed && hasMoved(path) ? path : [];
}

/** None where the frames could not be decoded a second time. */
function anchorAt(
  { seconds, frames }: AnchorPlace,
  measured: ReadonlyMap<number, Anchor['levels']>,
): Anchor[] {
  const found = frames.flatMap((frame) => {
    const levels = measured.get(frame);
    return levels ? [levels] : [];
  });
  const [first] = found;
  if (first === undefined) return [];
  const levels = first.map((_, level) => pooledStatistics(found.map((all) => all[level]!)));
  return [{ seconds, levels }];
}
