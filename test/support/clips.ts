/** Videos for tests, made by ffmpeg, and what is in a video file. */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporary } from './temporary.ts';

const run = promisify(execFile);

/** The file that ffmpeg writes with these arguments. */
export async function clip(name: string, args: readonly string[]): Promise<Uint8Array> {
  const path = join(temporary(), name);
  await run('ffmpeg', ['-v', 'error', ...args, '-y', path]);
  return new Uint8Array(await readFile(path));
}

/** A moving test picture with a tone, so long, in the given format. */
export function testClip(name = 'clip.mp4', seconds = 1, size = '96x64'): Promise<Uint8Array> {
  return clip(name, [
    ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=12:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...['-pix_fmt', 'yuv420p', '-shortest'],
  ]);
}

/**
 * As telephones make them: turned by its display matrix, at irregular times, in stereo, HLG in 10 bits where
 * asked for.
 */
export async function phoneClip(): Promise<Uint8Array> {
  const upright = join(temporary(), 'lying.mp4');
  await run('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=160x96:rate=30:duration=3'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3'],
    // Every third frame is missing, and the others come a little late or early.
    ...['-vf', "select='mod(n,3)',setpts='PTS+mod(N,2)*0.004/TB'", '-fps_mode', 'passthrough'],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ac', '2', '-y', upright],
  ]);
  return clip('phone.mp4', ['-display_rotation', '90', '-i', upright, '-c', 'copy']).catch(() =>
    // Before ffmpeg 6, the matrix is written by way of a tag.
    clip('phone.mp4', ['-i', upright, '-c', 'copy', '-metadata:s:v:0', 'rotate=90']),
  );
}

export interface Stream {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly start_time?: string;
  readonly duration?: string;
  readonly color_space?: string;
}

export interface Inspection {
  readonly streams: readonly Stream[];
  readonly tags: Readonly<Record<string, string>>;
  /** Of the frames of video, in seconds. */
  readonly times: readonly number[];
}

export async function inspect(video: Uint8Array): Promise<Inspection> {
  const path = join(temporary(), 'inspected');
  await writeFile(path, video);
  const probe = async (...args: string[]) =>
    JSON.parse((await run('ffprobe', ['-v', 'error', ...args, '-of', 'json', path])).stdout);
  const { streams, format } = await probe('-show_streams', '-show_format');
  const { frames } = await probe('-select_streams', 'v:0', '-show_entries', 'frame=pts_time');
  return {
    streams,
    tags: format.tags ?? {},
    times: frames.map(({ pts_time }: { pts_time: string }) => Number(pts_time)),
  };
}

/** Mean color of each frame's middle, of 255. */
export async function middleColors(video: Uint8Array): Promise<number[][]> {
  const path = join(temporary(), 'colors');
  await writeFile(path, video);
  const { stdout } = await run(
    'ffmpeg',
    [
      ...['-v', 'error', '-i', path, '-vf', 'crop=iw/4:ih/4,scale=1:1:flags=area,format=rgb24'],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
    ],
    { encoding: 'buffer' },
  );
  return Array.from({ length: stdout.length / 3 }, (_, i) => [
    ...stdout.subarray(3 * i, 3 * i + 3),
  ]);
}
