/** The steps of a stylization for pictures that do not fit in memory: from file to file. */

import { type Combination, combine, showsPhoto } from './core/color.ts';
import type { RasterFile } from './core/engine.ts';
import type { Extent } from './core/measures.ts';
import type { StyleMix } from './core/mix.ts';
import { paintedPixels } from './core/picture.ts';
import { firstSuitable, type OutputFormat } from './images/formats.ts';
import type { PhotoHeader } from './images/header.ts';
import { decodeToRaster, encodeRaster, resizeRaster } from './images/rasters.ts';
import { createRaster, openRaster, RASTER_EXTENSION } from './rasters/file-raster.ts';
import { withScratch } from './rasters/scratch.ts';
import type { Sessions } from './styles/sessions.ts';

export interface LargeStylization {
  readonly file: Uint8Array;
  readonly header: PhotoHeader;
  readonly mix: StyleMix;
  readonly combination: Combination;
  /** Of the painting. */
  readonly output: Extent;
  /** At which the network paints. */
  readonly canvas: Extent;
  /** Best first. */
  readonly formats: readonly OutputFormat[];
  readonly quality: number | undefined;
}

/** Runs and times one step, unless the caller is gone or the deadline has passed. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: OutputFormat;
}

/** Photograph, painting, and between two passes the trunk in 8 bits or as floats, as measured. */
const SCRATCH_BYTES_PER_PIXEL = 30;

/** Everything on disk is gone when this ends, however it ends. */
export function stylizeLarge(
  stylization: LargeStylization,
  sessions: Sessions,
  scratchFolder: string,
  step: Step,
  signal: AbortSignal,
): Promise<Encoded> {
  const { file, header, mix, combination, output, canvas } = stylization;
  const bytes = SCRATCH_BYTES_PER_PIXEL * Math.max(paintedPixels(output), paintedPixels(canvas));
  return withScratch(scratchFolder, bytes, async (scratch) => {
    const fresh = () => scratch.path(RASTER_EXTENSION);
    const { picture, alpha } = await step('decode', () =>
      decodeToRaster({ file, header }, output, fresh),
    );
    const painted = await step('inference', async () => {
      const painting = await createRaster(fresh(), canvas);
      const job = {
        picture: await resizeRaster(picture, canvas, fresh),
        painting,
        scratchFolder: scratch.folder,
      };
      await sessions.paintLarge(mix, job, signal);
      return resizeRaster(painting, output, fresh);
    });
    if (showsPhoto(combination)) {
      await step('combine', () => combineRasters(painted, picture, combination, signal));
    }
    const format = firstSuitable(stylization.formats, alpha !== undefined) ?? 'png';
    const options = { format, quality: stylization.quality };
    const bytes = await step('encode', () => encodeRaster(painted, alpha, options, fresh));
    return { bytes, format };
  });
}

const BAND_BYTES = 2 ** 20;

async function combineRasters(
  painting: RasterFile,
  photo: RasterFile,
  combination: Combination,
  signal: AbortSignal,
): Promise<void> {
  const [over, under] = [await openRaster(painting), await openRaster(photo)];
  const height = Math.max(1, Math.floor(BAND_BYTES / painting.width / 3));
  try {
    for (let begin = 0; begin < painting.height; begin += height) {
      signal.throwIfAborted();
      const rows = { begin, end: Math.min(begin + height, painting.height) };
      const band = await over.read(rows);
      combine(band, await under.read(rows), combination);
      await over.write(begin, band);
    }
  } finally {
    await over.close();
    await under.close();
  }
}
