/** What is known of a video by its header: size as shown, times, colors, other tracks. */

import { z } from 'zod';
import { ProblemError } from '../errors.ts';
import type { Extent } from '../pictures/picture.ts';
import { type Container, containerOf } from './container.ts';
import { ProgramError, runProgram } from './program.ts';

/** Seconds of one unit of a stream's timestamps, as a fraction. */
export interface TimeBase {
  readonly numerator: number;
  readonly denominator: number;
}

export interface VideoHeader {
  readonly container: Container;
  /** Upright, with square pixels. */
  readonly extent: Extent;
  readonly timeBase: TimeBase;
  /** Where the timestamps of the file begin. */
  readonly startSeconds: number;
  /** As the file claims. */
  readonly durationSeconds: number | undefined;
  readonly isInterlaced: boolean;
  /** How light is coded where it is more than a screen of standard range can show. */
  readonly highRange: 'pq' | 'hlg' | undefined;
  /** Matrix from RGB, by ffmpeg's names; of RGB itself, none. */
  readonly matrix: string | undefined;
  /** Codec of the first track of sound. */
  readonly audioCodec: string | undefined;
  readonly hasTextSubtitles: boolean;
}

export interface VideoLimits {
  /** Of one frame. */
  readonly maxPixels: number;
}

const number = z.coerce.number();

const streamSchema = z.object({
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: number.optional(),
  height: number.optional(),
  sample_aspect_ratio: z.string().optional(),
  time_base: z.string().optional(),
  field_order: z.string().optional(),
  pix_fmt: z.string().optional(),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  disposition: z.object({ attached_pic: z.number() }).partial().optional(),
  side_data_list: z.array(z.looseObject({ rotation: number.optional() })).optional(),
});
type Stream = z.infer<typeof streamSchema>;

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ duration: number.optional(), start_time: number.optional() }).default({}),
});

/** What ffmpeg is told of every file before its name: nothing in it may lead to another file or host. */
export function inputArguments({ demuxer }: Container, { maxPixels }: VideoLimits): string[] {
  return [
    ...['-f', demuxer, '-protocol_whitelist', 'file,pipe', '-max_pixels', String(maxPixels)],
    ...['-probesize', '20M', '-analyzeduration', '10M', '-max_streams', '32'],
  ];
}

/**
 * Of the file at `path`, whose bytes are `file`. Throws `video-unreadable` and `video-too-large`
 * problems.
 */
export async function readVideoHeader(
  path: string,
  file: Uint8Array,
  limits: VideoLimits,
  signal: AbortSignal,
): Promise<VideoHeader> {
  const container = containerOf(file);
  const args = ['-v', 'error', ...inputArguments(container, limits)];
  const output = await runProgram(
    'ffprobe',
    [...args, '-show_streams', '-show_format', '-of', 'json', path],
    signal,
  ).catch((cause: unknown) => {
    throw isTooLarge(cause)
      ? new ProblemError('video-too-large', `Expected ${framesOf(limits)}, got larger ones.`, {
          cause,
        })
      : unreadable(cause, 'Expected a video that can be read; this one is damaged.');
  });
  const { streams, format } = probeSchema.parse(JSON.parse(output.toString()));
  const isShown = ({ codec_type, disposition }: Stream) =>
    codec_type === 'video' && disposition?.attached_pic !== 1;
  const video = streams.find(isShown);
  if (!video?.width || !video.height || !video.codec_name) {
    const found = streams.map(({ codec_type }) => codec_type ?? 'data').join(', ') || 'nothing';
    throw new ProblemError('video-unreadable', `Expected a track of video, got ${found}.`);
  }
  const extent = shownExtent(video);
  checkPixels({ width: video.width, height: video.height }, limits);
  return {
    container,
    extent,
    timeBase: timeBaseOf(video.time_base),
    startSeconds: format.start_time ?? 0,
    durationSeconds: format.duration,
    isInterlaced: /^(?:tt|bb|tb|bt)$/.test(video.field_order ?? ''),
    highRange: highRangeOf(video.color_transfer),
    matrix: matrixOf(video),
    audioCodec: streams.find(({ codec_type }) => codec_type === 'audio')?.codec_name,
    hasTextSubtitles: streams.some(({ codec_name }) =>
      /^(?:mov_text|subrip|webvtt|ass|ssa|text)$/.test(codec_name ?? ''),
    ),
  };
}

/** A problem where a program could not do its work because of the file; else the error as it is. */
export function unreadable(error: unknown, detail: string): unknown {
  if (!(error instanceof ProgramError)) return error;
  return new ProblemError('video-unreadable', detail, { cause: error });
}

/** As ffmpeg complains of it, which looks at sizes before it makes room for them. */
function isTooLarge(error: unknown): boolean {
  return (
    error instanceof ProgramError &&
    /exceeds specified max pixel|Picture size \d+x\d+ is invalid/.test(error.message)
  );
}

function framesOf({ maxPixels }: VideoLimits): string {
  return `frames of at most ${maxPixels} pixels`;
}

/** Of frames; {@link unreadable} otherwise. */
export function undecodable(error: unknown): unknown {
  return unreadable(error, 'Expected a video that can be decoded; this one is damaged.');
}

function checkPixels({ width, height }: Extent, { maxPixels }: VideoLimits): void {
  if (width * height <= maxPixels) return;
  throw new ProblemError(
    'video-too-large',
    `Expected ${framesOf({ maxPixels })}, got ${width} x ${height}.`,
  );
}

/** Turned as its display matrix says, stretched as its pixels are. Other angles than right ones count as none. */
function shownExtent({ width = 0, height = 0, ...stream }: Stream): Extent {
  const [across = 0, down = 0] = (stream.sample_aspect_ratio ?? '').split(':').map(Number);
  const stretch = across > 0 && down > 0 ? across / down : 1;
  const wide = { width: Math.max(1, Math.round(width * stretch)), height };
  const rotation =
    stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const isTurned = Math.abs(rotation) % 180 === 90;
  return isTurned ? { width: wide.height, height: wide.width } : wide;
}

function timeBaseOf(text = ''): TimeBase {
  const [numerator = 0, denominator = 0] = text.split('/').map(Number);
  if (numerator > 0 && denominator > 0) return { numerator, denominator };
  throw new ProblemError('video-unreadable', 'Expected a video with timestamps, got one without.');
}

function highRangeOf(transfer: string | undefined): VideoHeader['highRange'] {
  if (transfer === 'smpte2084') return 'pq';
  return transfer === 'arib-std-b67' ? 'hlg' : undefined;
}

/** Lines from which on untagged video is meant as that of high-definition television. */
const HD_LINES = 720;
const HD_COLUMNS = 1280;

const MATRICES: ReadonlySet<string> = new Set([
  'bt709',
  'fcc',
  'bt470bg',
  'smpte170m',
  'smpte240m',
  'bt2020nc',
  'bt2020c',
]);

/** What is not tagged is meant as its size suggests. */
function matrixOf({ color_space: tag = '', pix_fmt = '', width = 0, height = 0 }: Stream) {
  if (/^(?:rgb|bgr|gbr|pal|argb|abgr|0rgb|gray)/.test(pix_fmt)) return undefined;
  if (MATRICES.has(tag)) return tag === 'bt2020nc' || tag === 'bt2020c' ? 'bt2020' : tag;
  return height >= HD_LINES || width >= HD_COLUMNS ? 'bt709' : 'smpte170m';
}
