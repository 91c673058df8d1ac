/** What the painting of a video is told, beside the video. */

import type { StyleMix } from '../../network/mix.ts';
import type { ValuesOf } from '../../options/option.ts';
import type { FILM_OPTIONS } from '../../options/video.ts';
import type { VideoFormat } from '../../video/formats.ts';

export interface VideoStylizeOptions extends ValuesOf<typeof FILM_OPTIONS> {
  readonly style: StyleMix;
  readonly format: VideoFormat;
}
