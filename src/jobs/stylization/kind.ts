/** Stylizing an image as the work of a job. */

import { z } from 'zod';
import { wishedFormats } from '../../images/format-wish.ts';
import { toAnswer } from '../../options/records.ts';
import { PAINTING_OPTIONS } from '../../options/stylization.ts';
import { OUTPUT_FORMATS } from '../../pictures/formats.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import type { Painting } from '../../stylization/stylizer.ts';
import { jobFolder } from '../ids.ts';
import type { SucceededJob } from '../job.ts';
import type { Addresses, JobKind } from '../kind.ts';
import { recordedSchema, stylizeOptions } from './options.ts';

const workSchema = z.object({
  /** The photograph: a blob of ours, or an address to fetch. */
  image: z.union([z.object({ key: z.string() }), z.object({ url: z.string() })]),
  options: recordedSchema,
  formats: z.union([
    z.array(z.enum(OUTPUT_FORMATS)).readonly(),
    z.record(z.enum(OUTPUT_FORMATS), z.number()).readonly(),
  ]),
});
export type StylizationWork = z.infer<typeof workSchema>;

const outputSchema = z.object({
  key: z.string(),
  mediaType: z.string(),
  width: z.number(),
  height: z.number(),
  bytes: z.number(),
});
export type StylizationOutput = z.infer<typeof outputSchema>;

export const stylizationKind = {
  name: 'stylization',
  notFound: 'stylization-not-found',
  work: workSchema,
  output: outputSchema,

  inputKeys: ({ image }) => ('key' in image ? [image.key] : []),

  async describe({ options: { style, ...options } }, output, addresses) {
    return {
      style,
      options: toAnswer(PAINTING_OPTIONS, options),
      output: output ? await describedOutput(output, addresses) : null,
    };
  },

  async prepare(work, { blobs, images, stylizer }, { signal, spans }) {
    const file = await spans.measure('fetch', () => images.read(work.image, signal));
    return async (turn) => {
      const formats = wishedFormats(work.formats, file);
      const options = stylizeOptions(work.options);
      const painting = await stylizer.stylize(file, options, { ...turn, formats });
      return turn.spans.measure('store', () => keepPainting(turn.id, painting, blobs));
    };
  },
} as const satisfies JobKind<StylizationWork, StylizationOutput>;

/** Throws where the job was of another kind. */
export function paintingOf({ output }: SucceededJob): StylizationOutput {
  return outputSchema.parse(output);
}

async function describedOutput(
  { key, mediaType, width, height, bytes }: StylizationOutput,
  { blobs, origin, urlTtlSeconds }: Addresses,
) {
  const url = await blobs.downloadUrl(key, { origin, ttlSeconds: urlTtlSeconds });
  return { url, media_type: mediaType, width, height, bytes };
}

/** Writes the painting beside its job; the same job gives the same bytes, whoever paints it. */
export async function keepPainting(
  id: string,
  { bytes, format, mediaType, width, height }: Painting,
  blobs: BlobStore,
): Promise<StylizationOutput> {
  const key = `${jobFolder(id)}output.${format}`;
  await blobs.write(key, bytes, { mediaType });
  return { key, mediaType, width, height, bytes: bytes.byteLength };
}

/** Where the photograph of a job lies; its content is part of the key, so twins do not disagree. */
export function inputKey(id: string, digest: string): string {
  return `${jobFolder(id)}input-${digest}`;
}
