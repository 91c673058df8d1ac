/** Videos whose painted pixels are counted. */

import type { VideoStylizer } from '../stylization/video/stylize-video.ts';

/** `count` is told of the pixels of a video that has been painted; one that fails costs nothing. */
export function meteredVideos(
  videos: VideoStylizer,
  count: (pixels: number) => Promise<void>,
): VideoStylizer {
  return {
    ...videos,
    async stylize(file, options, context) {
      const painted = await videos.stylize(file, options, context);
      await count(painted.frames * painted.width * painted.height);
      return painted;
    },
  };
}
