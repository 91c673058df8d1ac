/** Frames out of a video, with their exact times. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Extent, Picture } from '../pictures/picture.ts';
import { TELL_TIMES, toRgb } from './filters.ts';
import { inputArguments, type VideoHeader, type VideoLimits } from './header.ts';
import { type Program, startProgram } from './program.ts';

/** A video on disk whose header has been read. */
export interface VideoFile {
  readonly path: string;
  readonly header: VideoHeader;
  readonly limits: VideoLimits;
}

export interface Frame {
  /** Timestamp in units of the video's time base. */
  readonly time: number;
  readonly picture: Picture;
}

export interface FrameRange {
  /** From this timestamp on; from the beginning where absent. */
  readonly from?: number;
}

/** Seconds that are decoded before the first frame that is wanted: times of files are rounded. */
const LEAD_SECONDS = 0.05;

/** Threads of one decoder: each holds frames. */
const THREADS = '2';

export function secondsOf(time: number, { timeBase }: VideoHeader): number {
  return (time * timeBase.numerator) / timeBase.denominator;
}

/**
 * The frames in the order in which they are shown, scaled to `extent`. Who stops to listen ends the
 * program. Rejects with a `ProgramError` where the file cannot be decoded.
 */
export async function* decodeFrames(
  { path, header, limits }: VideoFile,
  extent: Extent,
  { from }: FrameRange,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const seek = from === undefined ? 0 : secondsOf(from, header) - header.startSeconds;
  const program = startProgram(
    'ffmpeg',
    [
      ...['-nostdin', '-v', 'error', '-copyts', '-threads', THREADS],
      ...inputArguments(header.container, limits),
      ...(seek > LEAD_SECONDS ? ['-ss', (seek - LEAD_SECONDS).toFixed(6)] : []),
      ...['-i', path, '-map', '0:V:0', '-vf', `${toRgb(header, extent)},${TELL_TIMES}`],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ],
    signal,
  );
  program.stdin.end();
  const times = timesOf(program.notes);
  try {
    for await (const data of pieces(program, extent.width * extent.height * 3)) {
      const { value: time } = await times.next();
      if (time === undefined) break;
      if (from === undefined || time >= from) yield { time, picture: { ...extent, data } };
    }
    await program.ended;
  } finally {
    program.stop();
    program.stdout.destroy();
    program.notes.destroy();
  }
}

/** Lines such as `frame:12 pts:5120 pts_time:0.4`. */
async function* timesOf(notes: Readable): AsyncGenerator<number> {
  for await (const line of createInterface({ input: notes })) {
    const [, time] = /^frame:\d+\s+pts:(-?\d+)/.exec(line) ?? [];
    if (time !== undefined) yield Number(time);
  }
}

/** The bytes in pieces of exactly this size; what is left over at the end is not a frame. */
async function* pieces(program: Program, size: number): AsyncGenerator<Buffer<ArrayBuffer>> {
  let piece = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for await (const chunk of program.stdout as AsyncIterable<Buffer>) {
    program.watch();
    for (let read = 0; read < chunk.byteLength; ) {
      const count = Math.min(size - filled, chunk.byteLength - read);
      chunk.copy(piece, filled, read, read + count);
      filled += count;
      read += count;
      if (filled < size) continue;
      program.rest();
      yield piece;
      program.watch();
      piece = Buffer.allocUnsafeSlow(size);
      filled = 0;
    }
  }
}
