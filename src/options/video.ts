/** The options of a video. */

import type { Options } from './option.ts';
import { PAINTING_OPTIONS, STYLE_OPTION } from './stylization.ts';

/** Beyond any video that is accepted. */
const MAX_SECONDS = 86_400;

export const DEFAULT_STABILITY = 0.8;

const { quality: _, ...PICTURE_OPTIONS } = PAINTING_OPTIONS;

/** How it is painted: what a record keeps beside the style, and an answer repeats. */
export const FILM_OPTIONS = {
  ...PICTURE_OPTIONS,
  stability: {
    kind: 'number',
    minimum: 0,
    maximum: 1,
    default: DEFAULT_STABILITY,
    description:
      'How steady the painting is from frame to frame: 0 paints every frame for itself, which boils, 1 holds ' +
      'what does not move.',
    help: 'how steady the painting is from frame to frame',
  },
  fps: {
    kind: 'number',
    minimum: 1,
    maximum: 60,
    default: 30,
    description: 'Most frames a second; of a faster video some are left out.',
    help: 'most frames a second',
  },
  start: {
    kind: 'number',
    minimum: 0,
    maximum: MAX_SECONDS,
    default: 0,
    description: 'Where the part to paint begins, in seconds from the beginning of the video.',
    help: 'where the part to paint begins, in seconds',
  },
  end: {
    kind: 'number',
    minimum: 0,
    maximum: MAX_SECONDS,
    description: 'Where it ends, in seconds from the beginning; with the video where absent.',
    absent: 'with the video',
    help: 'where it ends, in seconds',
  },
  webm_codec: {
    kind: 'choice',
    choices: ['vp9', 'av1'],
    default: 'vp9',
    description:
      'What a `webm` is coded in. `av1` makes smaller files, takes longer, and needs an ffmpeg that has SVT-AV1 or ' +
      'libaom.',
    help: 'what a .webm is coded in',
  },
} as const satisfies Options;

/** All that a request may say of its video. */
export const VIDEO_OPTIONS = {
  ...STYLE_OPTION,
  ...FILM_OPTIONS,
  format: {
    kind: 'choice',
    choices: ['mp4', 'webm', 'webp', 'gif'],
    default: 'mp4',
    description:
      'Format of the painted video: `mp4` (H.264), `webm` (VP9 or AV1), or an animated `webp` or `gif` without sound.',
  },
} as const satisfies Options;
