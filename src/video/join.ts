/** Segments, and the sound of the original, into one file. */

import { writeFile } from 'node:fs/promises';
import { FORMAT_PROFILES, type VideoFormat } from './formats.ts';
import type { VideoFile } from './frames.ts';
import { inputArguments } from './header.ts';
import { runProgram } from './program.ts';

export interface JoinedSegment {
  /** Our own, without quotes in it. */
  readonly path: string;
  /** Until the next one begins. */
  readonly durationSeconds: number;
}

export interface Joining {
  readonly segments: readonly JoinedSegment[];
  /** Where their list may be written. */
  readonly listPath: string;
  readonly format: VideoFormat;
  /** Of the original, from its beginning: what the new one shows, and where its first frame stands in it. */
  readonly startSeconds: number;
  readonly endSeconds: number | undefined;
  readonly firstFrameSeconds: number;
}

/** Writes the file at `path`. Nothing that the original says of itself is taken over, such as where it was made. */
export async function joinSegments(
  path: string,
  original: VideoFile,
  joining: Joining,
  signal: AbortSignal,
): Promise<void> {
  const { segments, listPath, format } = joining;
  await writeFile(listPath, concatList(segments));
  const { whole, container } = FORMAT_PROFILES[format];
  await runProgram(
    'ffmpeg',
    [
      ...['-nostdin', '-v', 'error', ...offset(joining)],
      ...['-f', 'concat', '-safe', '0', '-protocol_whitelist', 'file,pipe', '-i', listPath],
      ...(whole ?? tracks(original, joining)),
      ...['-map_metadata', '-1', '-map_chapters', '-1', '-bitexact', ...container, '-y', path],
    ],
    signal,
  );
}

/** https://ffmpeg.org/ffmpeg-formats.html#concat-1; the durations keep the times of variable rates exact. */
function concatList(segments: readonly JoinedSegment[]): string {
  const entries = segments.map(
    ({ path, durationSeconds }) => `file '${path}'\nduration ${durationSeconds.toFixed(6)}\n`,
  );
  return `ffconcat version 1.0\n${entries.join('')}`;
}

/** The first frame may come a little after the sound. */
function offset({ firstFrameSeconds, startSeconds }: Joining): string[] {
  const seconds = firstFrameSeconds - startSeconds;
  return seconds > 0 ? ['-itsoffset', seconds.toFixed(6)] : [];
}

/** Video as it is; sound and subtitles of the same part of the original. */
function tracks({ path, header, limits }: VideoFile, joining: Joining): string[] {
  const { format, startSeconds, endSeconds } = joining;
  const { audio } = FORMAT_PROFILES[format];
  if (audio === undefined || header.audioCodec === undefined) {
    return ['-map', '0:v:0', '-c:v', 'copy'];
  }
  const isCopied = audio.copied.has(header.audioCodec);
  const keepsSubtitles = header.hasTextSubtitles && format === 'mp4';
  return [
    ...inputArguments(header.container, limits),
    ...(startSeconds > 0 ? ['-ss', startSeconds.toFixed(6)] : []),
    ...(endSeconds === undefined ? [] : ['-t', (endSeconds - startSeconds).toFixed(6)]),
    ...['-i', path, '-map', '0:v:0', '-map', '1:a:0', '-c:v', 'copy'],
    ...(isCopied ? ['-c:a', 'copy'] : audio.coding),
    ...(keepsSubtitles ? ['-map', '1:s?', '-c:s', 'mov_text'] : []),
  ];
}
