/** The options of learning a style. */

import type { Options } from './option.ts';

/** As `impasto learn` trains where it is told nothing else. */
const USUAL_STEPS = 100;
const MAX_STEPS = 10_000;
const MAX_WEIGHT = 1e6;

export const LEARNING_OPTIONS = {
  steps: {
    kind: 'number',
    minimum: 1,
    maximum: MAX_STEPS,
    isWhole: true,
    default: USUAL_STEPS,
    description: 'Training steps: more of them take longer, and come closer to the picture.',
    isAlwaysRecorded: true,
  },
  content_weight: {
    kind: 'number',
    minimum: 0,
    maximum: MAX_WEIGHT,
    default: 1,
    description: "Weight of the photograph's content in what is learned.",
    isAlwaysRecorded: true,
  },
  style_weight: {
    kind: 'number',
    minimum: 0,
    maximum: MAX_WEIGHT,
    default: 10,
    description: "Weight of the picture's style in what is learned.",
    isAlwaysRecorded: true,
  },
} as const satisfies Options;

/** What is asked of a picture that is to become a style. */
export const STYLE_WISH_OPTIONS = {
  ...LEARNING_OPTIONS,
  refine: {
    kind: 'switch',
    default: false,
    description:
      'Learn it by training, as a job. Without it, and without options of training, the style is told from the picture at once.',
  },
} as const satisfies Options;
