/** A first look at all frames of a video, small: when each is shown, and where one shot ends. */

import { ProblemError } from '../errors.ts';
import { lightMeter } from '../pictures/light.ts';
import { cutFinder } from '../pictures/shots.ts';
import { decodeFrames, secondsOf, type VideoFile } from './frames.ts';
import { undecodable } from './header.ts';

/** Frames are looked at in this size. */
const SMALL = { width: 64, height: 36 };

export interface ScannedFrame {
  /** Timestamp in units of the video's time base. */
  readonly time: number;
  /** Whether a new shot begins with it. */
  readonly isCut: boolean;
  /** By what factor it is lighter than the one before. */
  readonly lightChange: number;
}

export interface ScanLimits {
  /** Of the part that is worked on. */
  readonly maxSeconds: number;
  readonly maxFrames: number;
}

export interface ScanRange {
  /** From the beginning of the video. */
  readonly startSeconds: number;
  readonly endSeconds: number | undefined;
  /** Most frames a second; more are left out. */
  readonly maxFramesPerSecond: number | undefined;
}

/**
 * The frames that are to be painted, in order. Throws `video-unreadable` and `video-too-large` problems:
 * what a header claims is not believed.
 */
export async function scanFrames(
  video: VideoFile,
  range: ScanRange,
  limits: ScanLimits,
  signal: AbortSignal,
): Promise<ScannedFrame[]> {
  const { header } = video;
  const zero = header.startSeconds;
  const frames: ScannedFrame[] = [];
  const cuts = cutFinder();
  const meter = lightMeter();
  let lightChange = 1;
  let last = Number.NEGATIVE_INFINITY;
  try {
    for await (const { time, picture } of decodeFrames(video, SMALL, {}, signal)) {
      const seconds = secondsOf(time, header) - zero;
      if (range.endSeconds !== undefined && seconds >= range.endSeconds) break;
      if (seconds < range.startSeconds || time <= last) continue;
      const isCut = cuts(picture);
      lightChange *= meter(picture);
      if (isTooSoon(secondsOf(time - last, header), range) && !isCut) continue;
      last = time;
      frames.push({ time, isCut: isCut || frames.length === 0, lightChange });
      lightChange = 1;
      checkLimits(frames, seconds - range.startSeconds, limits);
    }
  } catch (error) {
    // What came before the damage is a video as well.
    const problem = undecodable(error);
    if (frames.length === 0 || problem === error) throw problem;
  }
  if (frames.length > 0) return frames;
  throw new ProblemError(
    'video-unreadable',
    'Expected frames in this part of the video, got none.',
  );
}

/** Rates are rarely exact: a frame may come a little early. */
const EARLY = 0.75;

function isTooSoon(seconds: number, { maxFramesPerSecond }: ScanRange): boolean {
  return maxFramesPerSecond !== undefined && seconds < EARLY / maxFramesPerSecond;
}

function checkLimits(
  { length }: readonly ScannedFrame[],
  seconds: number,
  { maxSeconds, maxFrames }: ScanLimits,
): void {
  const hint = 'Use start and end to choose a part, or a lower fps.';
  if (length > maxFrames) {
    throw new ProblemError(
      'video-too-large',
      `Expected at most ${maxFrames} frames, got more. ${hint}`,
    );
  }
  if (seconds > maxSeconds) {
    throw new ProblemError(
      'video-too-large',
      `Expected at most ${maxSeconds} seconds, got more. ${hint}`,
    );
  }
}
