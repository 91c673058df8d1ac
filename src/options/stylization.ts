/** The options of a stylization. */

import { OUTPUT_FORMATS } from '../pictures/formats.ts';
import { DEFAULT_DETAIL } from '../pictures/levels.ts';
import type { Options } from './option.ts';

/** Beyond any picture that is accepted. */
const MAX_SIZE = 65_535;

export const STYLE_OPTION = {
  style: {
    kind: 'mix',
    description:
      'A style of the catalog, or a mix: styles with weights that add up to 1. ' +
      "The server's default style where absent.",
    example: 'great-wave:0.6,starry-night:0.4',
    absent: "the server's default style",
    absentFlag: 'DEFAULT_STYLE, which is starry-night where it is not set',
    help: 'a style or a mix such as "great-wave:0.6,starry-night:0.4"',
    shortFlag: 's',
  },
} as const satisfies Options;

/** How the style paints: what a record keeps beside it, and an answer repeats. */
export const PAINTING_OPTIONS = {
  strength: {
    kind: 'number',
    minimum: 0,
    maximum: 1,
    default: 1,
    description: 'How much of the painting replaces the photograph.',
    label: 'Strength',
    help: 'how much of the painting replaces the photograph',
    isAlwaysRecorded: true,
  },
  preserve_colors: {
    kind: 'switch',
    default: false,
    description: "Keep the photograph's colors, paint its light only.",
    label: "Keep the photograph's colors",
    help: "keep the photograph's colors",
    isAlwaysRecorded: true,
  },
  stroke_size: {
    kind: 'number',
    minimum: 0.25,
    maximum: 4,
    default: 1,
    description:
      'Size of the brush strokes; 1 is in proportion to pictures above 768 pixels, whatever their size. ' +
      'Half of it takes up to four times the time.',
    label: 'Stroke size',
    help: 'size of the brush',
    isAlwaysRecorded: true,
  },
  detail: {
    kind: 'number',
    minimum: 0,
    maximum: 1,
    default: DEFAULT_DETAIL,
    description:
      'How much of what is finer than the largest strokes is painted from the photograph itself, in ' +
      'pictures above 768 pixels: 0 keeps the forms of a small painting, 1 paints at full size at once, with ' +
      'strokes of `stroke_size` in pixels.',
    label: 'Detail of large pictures',
    help: "how much of the photograph's own detail large pictures keep",
  },
  preserve_background: {
    kind: 'switch',
    default: false,
    description: 'Leave a white background as it is; a transparent one always stays.',
    label: 'Keep a white background',
    help: 'leave a white background as it is',
  },
  max_size: {
    kind: 'number',
    minimum: 1,
    maximum: MAX_SIZE,
    isWhole: true,
    unit: 'pixels',
    description:
      "Long edge of the painting in pixels, at most. The photograph's own size where absent.",
    absent: "the photograph's own size",
    label: 'Size',
    help: 'long edge of the painting at most',
  },
  quality: {
    kind: 'number',
    minimum: 1,
    maximum: 100,
    isWhole: true,
    description: 'Encoder quality; a sensible one per format where absent.',
    absent: 'jpeg 90, webp 85, avif 65',
    help: 'encoder quality',
    shortFlag: 'q',
  },
} as const satisfies Options;

/** All that a request may say of its painting. */
export const STYLIZATION_OPTIONS = {
  ...STYLE_OPTION,
  ...PAINTING_OPTIONS,
  format: {
    kind: 'choice',
    choices: ['auto', ...OUTPUT_FORMATS],
    default: 'auto',
    description: 'Format of the painting; `auto` follows the Accept header.',
  },
} as const satisfies Options;
