/** What the painting of a video is told, beside the video. */

import { invalidField } from '../../errors.ts';
import type { StyleMix } from '../../network/mix.ts';
import type { ValuesOf } from '../../options/option.ts';
import type { FILM_OPTIONS } from '../../options/video.ts';
import type { VideoFormat } from '../../video/formats.ts';

export interface VideoStylizeOptions extends ValuesOf<typeof FILM_OPTIONS> {
  readonly style: StyleMix;
  readonly format: VideoFormat;
}

/** Throws an `invalid-request` problem where nothing lies between `start` and `end`. */
export function checkRange({ start, end }: Pick<VideoStylizeOptions, 'start' | 'end'>): void {
  if (end === undefined || end > start) return;
  throw invalidField('/end', `Expected end to be after start, ${start}, got ${end}.`);
}
