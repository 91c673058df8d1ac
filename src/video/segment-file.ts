/** Frames into a file of their own, which others are joined to. */

import { once } from 'node:events';
import type { Extent } from '../pictures/picture.ts';
import { av1Coding } from './av1.ts';
import { TO_VIDEO } from './filters.ts';
import { FORMAT_PROFILES, type VideoFormat, type WebmCodec } from './formats.ts';
import type { Frame } from './frames.ts';
import type { TimeBase } from './header.ts';
import { ivfFrame, ivfHeader } from './ivf.ts';
import { type Program, startProgram } from './program.ts';

export interface SegmentFormat {
  readonly format: VideoFormat;
  readonly webmCodec: WebmCodec;
  /** Sides are even. */
  readonly extent: Extent;
  readonly timeBase: TimeBase;
}

/**
 * Writes the file at `path`; the first frame has the time 0. The same frames give the same bytes.
 * Rejects with a `ProgramError`, what the frames reject with, or a `video-unavailable` problem where nothing codes AV1.
 */
export async function writeSegment(
  path: string,
  frames: AsyncIterable<Frame>,
  { format, webmCodec, extent, timeBase }: SegmentFormat,
  signal: AbortSignal,
): Promise<void> {
  const isAv1 = format === 'webm' && webmCodec === 'av1';
  const coding = isAv1 ? await av1Coding(extent, signal) : FORMAT_PROFILES[format].segment.coding;
  const isRgb = coding.includes('libx264rgb');
  const program = startProgram(
    'ffmpeg',
    [
      ...['-v', 'error', '-nostats', '-f', 'ivf', '-i', 'pipe:0', '-fps_mode', 'passthrough'],
      ...['-enc_time_base', `${timeBase.numerator}:${timeBase.denominator}`],
      ...['-vf', isRgb ? 'format=rgb24' : TO_VIDEO, ...coding],
      ...['-bitexact', '-map_metadata', '-1', '-y', path],
    ],
    signal,
  );
  program.rest();
  program.stdout.resume();
  program.notes.resume();
  try {
    await send(program, ivfHeader(extent, timeBase));
    let first: number | undefined;
    for await (const { time, picture } of frames) {
      first ??= time;
      await send(program, ivfFrame(picture, time - first));
    }
    program.stdin.end();
    program.watch();
    await program.ended;
  } finally {
    program.stop();
  }
}

/** Waits until the program takes more, or has ended. */
async function send(program: Program, bytes: Buffer): Promise<void> {
  if (program.stdin.write(bytes)) return;
  program.watch();
  // How it ended says more than that it takes nothing any more.
  const drained = once(program.stdin, 'drain').catch(() => program.ended);
  await Promise.race([drained, program.ended]);
  program.rest();
}
