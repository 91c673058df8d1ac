/** Painting a video as the work of a job, which several workers may share. */

import { z } from 'zod';
import { toAnswer } from '../../options/records.ts';
import { FILM_OPTIONS } from '../../options/video.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import type { Shelf } from '../../stylization/video/stylize-video.ts';
import { describedFile, keysOf, paintedFileSchema, sourceSchema, urlWhereKept } from '../files.ts';
import { jobFolder } from '../ids.ts';
import type { Addresses, JobKind } from '../kind.ts';
import { recordedVideoSchema, videoStylizeOptions } from './options.ts';

const workSchema = z.object({
  video: sourceSchema,
  options: recordedVideoSchema,
  /** Where the first painted frame is kept. */
  preview: z.string(),
});
export type VideoWork = z.infer<typeof workSchema>;

const outputSchema = paintedFileSchema.extend({
  frames: z.number(),
  durationSeconds: z.number(),
});
export type VideoOutput = z.infer<typeof outputSchema>;

export const videoKind = {
  name: 'video',
  notFound: 'video-not-found',
  work: workSchema,
  output: outputSchema,

  inputKeys: ({ video }) => keysOf(video),

  async describe({ options: { style, format, ...options }, preview }, output, addresses) {
    return {
      style,
      options: { ...toAnswer(FILM_OPTIONS, options), format },
      preview: await urlWhereKept(preview, addresses),
      output: output ? await describedOutput(output, addresses) : null,
    };
  },

  async prepare({ video, options, preview }, { blobs, videoFiles, videos }) {
    // Not before its turn: a video is large, and many may wait.
    return async ({ id, signal, spans, report, share }) => {
      const file = await spans.measure('fetch', () => videoFiles.read(video, signal));
      const painted = await videos.stylize(file, videoStylizeOptions(options), {
        shelf: shelfOf(id, blobs),
        signal,
        spans,
        onPlan: ({ segments }) =>
          segments.length > 1 ? share(segments.length) : Promise.resolve(),
        onProgress: (done, total) => report({ done, total, unit: 'frames' }),
        onPreview: async (bytes) => {
          await blobs.write(preview, bytes, { mediaType: 'image/jpeg' });
        },
      });
      const { bytes, mediaType, width, height, frames, durationSeconds } = painted;
      const key = `${jobFolder(id)}output.${options.format}`;
      await spans.measure('store', () => blobs.write(key, bytes, { mediaType }));
      await clearShelf(id, blobs);
      return { key, mediaType, width, height, bytes: bytes.byteLength, frames, durationSeconds };
    };
  },

  async assist({ video, options }, { blobs, videoFiles, videos }, { id, part, signal }) {
    const file = () => videoFiles.read(video, signal);
    const context = { shelf: shelfOf(id, blobs), signal };
    await videos.assist(file, videoStylizeOptions(options), part, context);
  },
} as const satisfies JobKind<VideoWork, VideoOutput>;

async function describedOutput(output: VideoOutput, addresses: Addresses) {
  return {
    ...(await describedFile(output, addresses)),
    frames: output.frames,
    duration_seconds: Math.round(output.durationSeconds * 1000) / 1000,
  };
}

function shelfFolder(id: string): string {
  return `${jobFolder(id)}parts/`;
}

function shelfOf(id: string, blobs: BlobStore): Shelf {
  const keyOf = (name: string) => `${shelfFolder(id)}${name}`;
  return {
    read: async (name) => (await blobs.read(keyOf(name)))?.bytes,
    async keep(name, bytes) {
      await blobs.write(keyOf(name), bytes);
    },
  };
}

/** More than a video of the longest kind has parts. */
const MAX_PARTS = 1000;

async function clearShelf(id: string, blobs: BlobStore): Promise<void> {
  await blobs.delete(await blobs.list(shelfFolder(id), { limit: MAX_PARTS }));
}
