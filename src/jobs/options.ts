/** Options between the form that a job keeps and the one that the stylizer takes. */

import { parseStyleMix } from '../network/mix.ts';
import { DEFAULT_DETAIL } from '../pictures/levels.ts';
import type { StylizeOptions } from '../stylization/stylizer.ts';
import type { JobOptions } from './job.ts';

/** Options that were added later are left out where they are as usual: old records look the same. */
export function jobOptions({
  mix,
  detail,
  preserveBackground,
  ...options
}: StylizeOptions): JobOptions {
  return {
    style: mix.name,
    ...options,
    ...(detail !== DEFAULT_DETAIL && { detail }),
    ...(preserveBackground && { preserveBackground }),
  };
}

export function stylizeOptions({ style, ...options }: JobOptions): StylizeOptions {
  const { maxSize, quality, detail = DEFAULT_DETAIL, preserveBackground = false } = options;
  return { ...options, mix: parseStyleMix(style), maxSize, quality, detail, preserveBackground };
}
