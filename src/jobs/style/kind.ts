/** Learning a style from a picture as the work of a job. */

import { z } from 'zod';
import type { BlobStore } from '../../storage/blob-store.ts';
import { taken } from '../../styles/learned-styles.ts';
import { keysOf, sourceSchema, urlWhereKept } from '../files.ts';
import { jobFolder } from '../ids.ts';
import type { Progress } from '../job.ts';
import type { JobKind } from '../kind.ts';

const workSchema = z.object({
  image: sourceSchema,
  style: z.object({
    id: z.string(),
    title: z.string(),
    artist: z.string(),
    year: z.string(),
    rights: z.string(),
  }),
  options: z.object({ steps: z.int(), contentWeight: z.number(), styleWeight: z.number() }),
  /** Where the newest picture of how the style paints is kept. */
  preview: z.string(),
  /** Digest of the style's weights so far, where it is there already and is to be better. */
  replaced: z.string().optional(),
});
export type StyleWork = z.infer<typeof workSchema>;

const outputSchema = z.object({ id: z.string() });
export type StyleOutput = z.infer<typeof outputSchema>;

export const styleKind = {
  name: 'style',
  notFound: 'training-not-found',
  work: workSchema,
  output: outputSchema,

  inputKeys: ({ image }) => keysOf(image),

  async describe({ style, options, preview }, output, addresses) {
    const { steps, contentWeight, styleWeight } = options;
    const place = output && `/v1/styles/${output.id}`;
    return {
      style,
      options: { steps, content_weight: contentWeight, style_weight: styleWeight },
      preview: await urlWhereKept(preview, addresses),
      output: place ? { url: place, preview_url: `${place}/preview` } : null,
    };
  },

  async prepare(
    { image, style: description, options, preview, replaced },
    { blobs, images, learned, trainer },
  ) {
    const { id: styleId } = description;
    return async ({ id, signal, spans, report }) => {
      const origin = await learned.originOf(styleId);
      if (origin === id) return { id: styleId };
      if (origin !== undefined && replaced === undefined) throw taken(styleId);
      const painting = await spans.measure('fetch', () => images.read(image, signal));
      const key = checkpointKey(id);
      const order = { painting, description, choices: options, checkpoint: await kept(blobs, key) };
      let progress: Progress = { done: 0, total: options.steps, unit: 'steps' };
      const advance = (change: Partial<Progress>) => {
        progress = { ...progress, ...change };
        report(progress);
      };
      const { style, files } = await spans.measure('learn', () =>
        trainer.learn(order, {
          signal,
          onStep: (done) => advance({ done }),
          keep: (checkpoint) => blobs.write(key, checkpoint),
          async show(jpeg, done) {
            await blobs.write(preview, jpeg, { mediaType: 'image/jpeg' });
            advance({ preview: done });
          },
        }),
      );
      await spans.measure('store', () => learned.keep(style, files, id, replaced));
      await blobs.delete([key]);
      return { id: styleId };
    };
  },
} as const satisfies JobKind<StyleWork, StyleOutput>;

/** Where the state of a training is kept, for another worker to go on from. */
export function checkpointKey(id: string): string {
  return `${jobFolder(id)}checkpoint.safetensors`;
}

async function kept(blobs: BlobStore, key: string): Promise<Uint8Array | undefined> {
  return (await blobs.read(key))?.bytes;
}
