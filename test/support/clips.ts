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

/** Colors in HLG, of 255: four in a row, the upper row first. */
export const CHART = [
  [128, 128, 128],
  [191, 191, 191],
  [255, 255, 255],
  [64, 64, 64],
  [160, 96, 96],
  [96, 160, 96],
  [96, 96, 160],
  [192, 160, 128],
] as const;
const COLUMNS = 4;
/** Two of the chart, and one that moves. */
const ROWS = 3;

/**
 * As telephones make them: turned by its display matrix, at irregular times, in stereo, HLG in 10 bits. Shows a
 * chart of colors, and something that moves under it.
 */
export async function phoneClip({
  width = 160,
  height = 96,
  seconds = 3,
} = {}): Promise<Uint8Array> {
  const upright = join(temporary(), 'lying.mp4');
  const row = height / ROWS;
  const colors = CHART.map((rgb) => `0x${Buffer.from(rgb).toString('hex')}`);
  const sources = [
    ...colors.map((color) => `color=${color}:size=${width / COLUMNS}x${row}`),
    `testsrc2=size=${width}x${row}`,
  ].map((source) => `${source}:rate=30:duration=${seconds},format=gbrp`);
  const graph = [
    ...sources.map((source, i) => `${source}[s${i}]`),
    '[s0][s1][s2][s3]hstack=4[upper]',
    '[s4][s5][s6][s7]hstack=4[lower]',
    // Every third frame is missing, and every second one comes a little late.
    "[upper][lower][s8]vstack=3,settb=1/90000,select='mod(n,3)',setpts='PTS+mod(N,2)*370'," +
      'scale=out_color_matrix=bt2020:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p10le[video]',
  ];
  await run('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...['-filter_complex', graph.join(';'), '-map', '[video]', '-map', '0:a'],
    ...['-fps_mode', 'passthrough', '-enc_time_base', '1:90000'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '12', '-color_trc', 'arib-std-b67'],
    ...['-color_primaries', 'bt2020', '-colorspace', 'bt2020nc', '-color_range', 'tv'],
    ...['-video_track_timescale', '90000', '-c:a', 'aac', '-ac', '2', '-y', upright],
  ]);
  return clip('phone.mp4', ['-display_rotation', '90', '-i', upright, '-c', 'copy']).catch(() =>
    // Before ffmpeg 6, the matrix is written by way of a tag.
    clip('phone.mp4', ['-i', upright, '-c', 'copy', '-metadata:s:v:0', 'rotate=90']),
  );
}

/** Of the chart in the first frame of a clip that stands upright: the middle of each color, of 255. */
export async function chartColors(video: Uint8Array): Promise<number[][]> {
  const path = join(temporary(), 'chart');
  await writeFile(path, video);
  const patches = CHART.map((_, i) => {
    const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    const [x, y] = [`iw*${(column + 0.25) / COLUMNS}`, `ih*${(row + 0.25) / ROWS}`];
    return `[p${i}]crop=iw/${2 * COLUMNS}:ih/${2 * ROWS}:${x}:${y},scale=1:1:flags=area,format=rgb24[c${i}]`;
  });
  const all = (name: string) => CHART.map((_, i) => `[${name}${i}]`).join('');
  const graph = [
    `[0:v]transpose=clock,split=${CHART.length}${all('p')}`,
    ...patches,
    `${all('c')}hstack=${CHART.length}`,
  ];
  const { stdout } = await run(
    'ffmpeg',
    [
      ...['-v', 'error', '-i', path, '-filter_complex', graph.join(';'), '-frames:v', '1'],
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ],
    { encoding: 'buffer' },
  );
  return CHART.map((_, i) => [...stdout.subarray(3 * i, 3 * i + 3)]);
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
