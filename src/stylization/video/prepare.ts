/** From a video to the plan of its painting: which frames, in which size, and what keeps its shots steady. */

import { ProblemError } from '../../errors.ts';
import { pooledStatistics } from '../../network/mixed-statistics.ts';
import { camera } from '../../pictures/camera.ts';
import { levelsFor } from '../../pictures/levels.ts';
import { lightOf } from '../../pictures/light.ts';
import { type Extent, fitted, type Picture, type Place } from '../../pictures/picture.ts';
import type { Sessions } from '../../styles/sessions.ts';
import { FORMAT_PROFILES } from '../../video/formats.ts';
import { decodeFrames, secondsOf, type VideoFile } from '../../video/frames.ts';
import { undecodable } from '../../video/header.ts';
import { type ScanLimits, type ScannedFrame, scanFrames } from '../../video/scan.ts';
import { type Anchor, type AnchorPlace, anchorPlaces } from './anchors.ts';
import { createFramePainter, type FramePainter } from './frame-painter.ts';
import type { VideoStylizeOptions } from './options.ts';
import { type FrameSpan, planSegments, type Shot, shotSpans, type VideoPlan } from './plan.ts';

export interface VideoStylizerLimits extends ScanLimits {
  /** Of one painted frame: frames are painted in one piece. */
  readonly maxFramePixels: number;
}

/** Throws `video-unreadable` and `video-too-large` problems. */
export async function planVideo(
  video: VideoFile,
  options: VideoStylizeOptions,
  limits: VideoStylizerLimits,
  sessions: Sessions,
  signal: AbortSignal,
): Promise<VideoPlan> {
  const extent = paintedExtent(video.header.extent, options, limits);
  const { maxFrames } = FORMAT_PROFILES[options.format];
  const scanned = await scanFrames(
    video,
    { startSeconds: options.start, endSeconds: options.end, maxFramesPerSecond: options.fps },
    { ...limits, maxFrames: Math.min(limits.maxFrames, maxFrames) },
    signal,
  );
  const times = scanned.map(({ time }) => time);
  const seconds = times.map((time) => secondsOf(time, video.header));
  const cuts = scanned.flatMap(({ isCut }: ScannedFrame, i) => (isCut ? [i] : []));
  const precision = await sessions.precision(options.style);
  const painter = createFramePainter(sessions.in(precision), levelsFor(extent, options), options);
  const spans = shotSpans(cuts, times.length);
  const places = spans.map(({ begin, end }) => anchorPlaces(seconds.slice(begin, end), begin));
  const changes = scanned.map(({ lightChange }) => lightChange);
  const light = spans.map(({ begin, end }) =>
    lightOf(changes.slice(begin, end), seconds.slice(begin, end)),
  );
  const found =
    options.stability > 0
      ? await lookAt(video, { extent, times }, { spans, places, light }, painter, signal)
      : undefined;
  const shots = spans.map(
    (span, i): Shot => ({ ...span, ...(found?.[i] ?? { anchors: [], path: [], light: [] }) }),
  );
  const segments = planSegments(seconds, cuts, options.stability > 0);
  return { extent, precision, times, shots, segments };
}

/** Sides are even: what halves the resolution of color needs that. */
function paintedExtent(
  original: Extent,
  { maxSize, format, strokeSize, detail }: VideoStylizeOptions,
  { maxFramePixels }: VideoStylizerLimits,
): Extent {
  const { maxSide } = FORMAT_PROFILES[format];
  const wanted = fitted(original, Math.min(maxSize ?? maxSide, maxSide));
  const extent = { width: even(wanted.width), height: even(wanted.height) };
  const canvases = [extent, ...levelsFor(extent, { strokeSize, detail })];
  const most = Math.max(...canvases.map(({ width, height }) => width * height));
  if (most <= maxFramePixels) return extent;
  throw new ProblemError(
    'video-too-large',
    `Expected frames of at most ${maxFramePixels} pixels to paint, got ${most}: use max_size or a larger stroke_size.`,
  );
}

function even(side: number): number {
  return Math.max(2, side - (side % 2));
}

interface ShotsToSee {
  readonly spans: readonly FrameSpan[];
  /** The anchors of each. */
  readonly places: readonly (readonly AnchorPlace[])[];
  readonly light: readonly (readonly number[])[];
}

/** Anchors, the path of the camera and the light for each shot; undefined where the engine cannot measure. */
async function lookAt(
  video: VideoFile,
  { extent, times }: Pick<VideoPlan, 'extent' | 'times'>,
  { spans, places, light }: ShotsToSee,
  painter: FramePainter,
  signal: AbortSignal,
): Promise<Omit<Shot, keyof FrameSpan>[] | undefined> {
  const wanted = new Set(places.flat().flatMap(({ frames }) => frames));
  const measured = new Map<number, Anchor['levels']>();
  const paths = spans.map((): Place[] => []);
  const follow = followed(spans, paths);
  const lightOn = spans.flatMap(({ begin, end }, i) =>
    Array.from({ length: end - begin }, (_, frame) => light[i]![frame]),
  );
  try {
    let frame = 0;
    for await (const { time, picture } of decodeFrames(
      video,
      extent,
      { from: times[0]! },
      signal,
    )) {
      if (time !== times[frame]) continue;
      if (wanted.has(frame)) {
        const levels = await painter.measure(picture, lightOn[frame]);
        if (levels === undefined) return undefined;
        measured.set(frame, levels);
      }
      follow(frame, picture);
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

/** Puts the place of the camera at each frame into the path of its shot. */
function followed(spans: readonly FrameSpan[], paths: readonly Place[][]) {
  let shot = -1;
  let moving = camera();
  return (frame: number, picture: Picture): void => {
    while (shot < 0 || frame >= spans[shot]!.end) {
      shot += 1;
      moving = camera();
    }
    paths[shot]!.push(moving.follow(picture));
  };
}

/** None of a camera that stays where it is, or that could not be followed to the end. */
function movingPath(path: readonly Place[], { begin, end }: FrameSpan): readonly Place[] {
  const isFollowed = path.length === end - begin;
  return isFollowed && path.some(({ x, y }) => x !== 0 || y !== 0) ? path : [];
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
