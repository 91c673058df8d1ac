/** Options of a video between the form that a job's record keeps and the one that the stylizer takes. */

import { z } from 'zod';
import { parseStyleMix } from '../../network/mix.ts';
import { fromRecord, toRecord } from '../../options/records.ts';
import { FILM_OPTIONS } from '../../options/video.ts';
import type { VideoStylizeOptions } from '../../stylization/video/options.ts';
import { VIDEO_FORMATS } from '../../video/formats.ts';

/** The style or mix in its canonical form, and what is not at its default. What a later version has added is left. */
export const recordedVideoSchema = z.looseObject({
  style: z.string(),
  format: z.enum(VIDEO_FORMATS),
});
export type RecordedVideoOptions = z.infer<typeof recordedVideoSchema>;

export function recordedVideoOptions(options: VideoStylizeOptions): RecordedVideoOptions {
  const { style, format, ...rest } = options;
  return { style: style.name, format, ...toRecord(FILM_OPTIONS, rest) };
}

export function videoStylizeOptions(recorded: RecordedVideoOptions): VideoStylizeOptions {
  const { style, format, ...record } = recorded;
  return { ...fromRecord(FILM_OPTIONS, record), style: parseStyleMix(style), format };
}
