/** Settings of videos. */

import { milliseconds, whole } from './kinds.ts';

export const VIDEO_SETTINGS = {
  MAX_VIDEO_BYTES: whole(1)
    .default(200 * 2 ** 20)
    .describe('Largest video file.'),
  MAX_VIDEO_SECONDS: whole(1).default(120).describe('Longest part of a video that is painted.'),
  MAX_VIDEO_FRAMES: whole(1).default(3600).describe('Most frames of it.'),
  MAX_VIDEO_PIXELS: whole(1)
    .default(4096 * 2176)
    .describe(
      'Largest frame of a video that is read, width times height; painted frames have `WHOLE_PIXELS` at most.',
    ),
  VIDEO_CONCURRENCY: whole(1)
    .default(1)
    .describe('Videos that this process works on at the same time, beside other jobs.'),
  VIDEO_TIMEOUT_MS: milliseconds(1).default(3_600_000).describe('Longest work on one video.'),
};
