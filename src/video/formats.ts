/** Formats of the videos that come out. */

export const VIDEO_FORMATS = ['mp4', 'webm', 'webp', 'gif'] as const;
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** What a WebM is coded in. */
export type WebmCodec = 'vp9' | 'av1';

interface FormatProfile {
  readonly mediaType: string;
  /** Of the segments that are joined: what their frames are coded in, in which kind of file. */
  readonly segment: { readonly extension: string; readonly coding: readonly string[] };
  /** Codecs of sound that are taken over as they are; undefined where it has no sound. */
  readonly audio:
    | { readonly copied: ReadonlySet<string>; readonly coding: readonly string[] }
    | undefined;
  /** What makes the whole of the joined segments; they are copied where absent. */
  readonly whole: readonly string[] | undefined;
  /** Of the file itself. */
  readonly container: readonly string[];
  /** Longest side in pixels that it can have. */
  readonly maxSide: number;
  /** Frames are written again as a whole at the end, so there must not be many. */
  readonly maxFrames: number;
}

/** x264 gives the same bytes for the same frames only with the same number of threads. */
export const THREADS = ['-threads', '2'];

export const TAGS = [
  ...['-colorspace', 'bt709', '-color_primaries', 'bt709'],
  ...['-color_trc', 'bt709', '-color_range', 'tv'],
];

/** Without loss, for what is coded again. */
const LOSSLESS = {
  extension: 'mkv',
  coding: [...['-c:v', 'libx264rgb', '-qp', '0', '-preset', 'ultrafast'], ...THREADS],
};

export const FORMAT_PROFILES: Readonly<Record<VideoFormat, FormatProfile>> = {
  mp4: {
    mediaType: 'video/mp4',
    segment: {
      extension: 'mp4',
      coding: [
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'],
        // Strokes are costly to code: players and disks are spared the peaks.
        ...['-maxrate', '16M', '-bufsize', '32M', '-bf', '2', ...THREADS, ...TAGS],
        ...['-video_track_timescale', '90000'],
      ],
    },
    audio: {
      copied: new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac']),
      coding: ['-c:a', 'aac', '-b:a', '160k'],
    },
    whole: undefined,
    container: ['-video_track_timescale', '90000', '-movflags', '+faststart', '-f', 'mp4'],
    maxSide: 8192,
    maxFrames: Number.POSITIVE_INFINITY,
  },
  webm: {
    mediaType: 'video/webm',
    segment: {
      extension: 'webm',
      coding: [
        ...['-c:v', 'libvpx-vp9', '-row-mt', '1', '-deadline', 'good', '-cpu-used', '5'],
        ...['-crf', '33', '-b:v', '0', ...THREADS, ...TAGS],
      ],
    },
    audio: { copied: new Set(['opus', 'vorbis']), coding: ['-c:a', 'libopus', '-b:a', '128k'] },
    whole: undefined,
    container: ['-f', 'webm'],
    maxSide: 8192,
    maxFrames: Number.POSITIVE_INFINITY,
  },
  webp: {
    mediaType: 'image/webp',
    segment: LOSSLESS,
    audio: undefined,
    whole: ['-c:v', 'libwebp_anim', '-quality', '75', '-loop', '0'],
    container: ['-f', 'webp'],
    maxSide: 16_383,
    maxFrames: 600,
  },
  gif: {
    mediaType: 'image/gif',
    segment: LOSSLESS,
    audio: undefined,
    whole: [
      '-filter_complex',
      '[0:v]split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=4',
      ...['-loop', '0'],
    ],
    container: ['-f', 'gif'],
    maxSide: 8192,
    maxFrames: 600,
  },
};
