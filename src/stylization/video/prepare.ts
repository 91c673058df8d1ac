/** From a video to the plan of its painting: which frames, in which size, and what keeps its shots steady. */

import { ProblemError } from '../../errors.ts';
import { levelsFor } from '../../pictures/levels.ts';
import { lightOf } from '../../pictures/light.ts';
import { type Extent, fitted } from '../../pictures/picture.ts';
import type { Sessions } from '../../styles/sessions.ts';
import { FORMAT_PROFILES } from '../../video/formats.ts';
import { secondsOf, type VideoFile } from '../../video/frames.ts';
import { type ScanLimits, type ScannedFrame, scanFrames } from '../../video/scan.ts';
import { anchorPlaces } from './anchors.ts';
import { createFramePainter } from './frame-painter.ts';
import type { VideoStylizeOptions } from './options.ts';
import { planSegments, type Shot, shotSpans, type VideoPlan } from './plan.ts';
import { lookAtShots } from './shots.ts';

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
      ? await lookAtShots(video, { extent, times }, { spans, places, light }, painter, signal)
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
