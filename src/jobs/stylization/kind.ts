/** Stylizing an image as the work of a job. */

import { z } from 'zod';
import { wishedFormats } from '../../images/format-wish.ts';
import { toAnswer } from '../../options/records.ts';
import { PAINTING_OPTIONS } from '../../options/stylization.ts';
import { OUTPUT_FORMATS } from '../../pictures/formats.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import type { Painting } from '../../stylization/stylizer.ts';
import {
  describedFile,
  keysOf,
  type PaintedFile,
  paintedFileSchema,
  sourceSchema,
} from '../files.ts';
import { jobFolder } from '../ids.ts';
import type { SucceededJob } from '../job.ts';
import type { JobKind } from '../kind.ts';
import { recordedSchema, stylizeOptions } from './options.ts';

const workSchema = z.object({
  /** The photograph. */
  image: sourceSchema,
  options: recordedSchema,
  formats: z.union([
    z.array(z.enum(OUTPUT_FORMATS)).readonly(),
    z.record(z.enum(OUTPUT_FORMATS), z.number()).readonly(),
  ]),
});
export type StylizationWork = z.infer<typeof workSchema>;

export const stylizationKind = {
  name: 'stylization',
  notFound: 'stylization-not-found',
  work: workSchema,
  output: paintedFileSchema,

  inputKeys: ({ image }) => keysOf(image),

  async describe({ options: { style, ...options } }, output, addresses) {
    return {
      style,
      options: toAnswer(PAINTING_OPTIONS, options),
      output: output ? await describedFile(output, addresses) : null,
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
} as const satisfies JobKind<StylizationWork, PaintedFile>;

/** Throws where the job was of another kind. */
export function paintingOf({ output }: SucceededJob): PaintedFile {
  return paintedFileSchema.parse(output);
}

/** Writes the painting beside its job; the same job gives the same bytes, whoever paints it. */
export async function keepPainting(
  id: string,
  { bytes, format, mediaType, width, height }: Painting,
  blobs: BlobStore,
): Promise<PaintedFile> {
  const key = `${jobFolder(id)}output.${format}`;
  await blobs.write(key, bytes, { mediaType });
  return { key, mediaType, width, height, bytes: bytes.byteLength };
}
