/** The steps of a stylization for pictures that do not fit in memory: from file to file. */

import { rm } from 'node:fs/promises';
import type { PhotoHeader } from '../images/header.ts';
import { decodeToRaster, encodeRaster, resizeRaster } from '../images/rasters.ts';
import type { StyleMix } from '../network/mix.ts';
import type { Combination } from '../pictures/color.ts';
import { firstSuitable, type OutputFormat } from '../pictures/formats.ts';
import type { Extent, RasterFile } from '../pictures/picture.ts';
import { type Picture, paintedPixels } from '../pictures/picture.ts';
import {
  createRaster,
  type OpenRaster,
  openRaster,
  RASTER_EXTENSION,
} from '../rasters/file-raster.ts';
import { type Scratch, withScratch } from '../rasters/scratch.ts';
import type { Sessions } from '../styles/sessions.ts';
import { type Canvas, laidOver, paintCoarseToFine, visible } from './coarse-to-fine.ts';

export interface LargeStylization {
  readonly file: Uint8Array;
  readonly header: PhotoHeader;
  readonly mix: StyleMix;
  readonly combination: Combination;
  readonly detail: number;
  /** Of the painting. */
  readonly output: Extent;
  /** At which the network paints, coarse to fine. */
  readonly levels: readonly [Extent, ...Extent[]];
  /** Best first. */
  readonly formats: readonly OutputFormat[];
  readonly quality: number | undefined;
  /** Larger levels are painted in strips. */
  readonly wholePixels: number;
}

/** Runs and times one step, unless the caller is gone or the deadline has passed. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: OutputFormat;
}

/**
 * Photograph, painting, what they are painted over and their forms, and between two passes the trunk in 8
 * bits or as floats, as measured.
 */
const SCRATCH_BYTES_PER_PIXEL = 45;

/** Everything on disk is gone when this ends, however it ends. */
export function stylizeLarge(
  stylization: LargeStylization,
  sessions: Sessions,
  scratchFolder: string,
  step: Step,
  signal: AbortSignal,
): Promise<Encoded> {
  const { file, header, output, levels } = stylization;
  const largest = Math.max(...[output, ...levels].map(paintedPixels));
  return withScratch(scratchFolder, SCRATCH_BYTES_PER_PIXEL * largest, async (scratch) => {
    const fresh = () => scratch.path(RASTER_EXTENSION);
    const { picture, alpha } = await step('decode', () =>
      decodeToRaster({ file, header }, output, fresh),
    );
    const paint = painter(stylization, sessions, scratch, signal);
    const canvas: Canvas<RasterFile> = {
      resize: (from, extent) => step('resize', () => resizeRaster(from, extent, fresh)),
      paint: (from) => step('inference', () => paint(from)),
      combine: (from, others, change) =>
        step('combine', () => changed(from, others, change, fresh(), signal)),
      drop: ({ path }) => rm(path),
      read: readWhole,
      write: (from) => writeWhole(from, fresh()),
    };
    const painting = await paintCoarseToFine(picture, levels, stylization.detail, canvas);
    const sized = await canvas.resize(painting, output);
    const combination = visible(stylization.combination, alpha !== undefined);
    const painted = await laidOver(sized, picture, combination, canvas);
    const format = firstSuitable(stylization.formats, alpha !== undefined) ?? 'png';
    const options = { format, quality: stylization.quality };
    const bytes = await step('encode', () => encodeRaster(painted, alpha, options, fresh));
    return { bytes, format };
  });
}

/** Shorter sides than this are painted whole: they could not be mirrored by a network's margin. */
export const MIN_STRIP_SIDE = 64;

/** Paints what fits in memory, or is too thin for strips, as any small picture, and the rest in strips. */
function painter(
  { mix, wholePixels }: LargeStylization,
  sessions: Sessions,
  { folder: scratchFolder, path }: Scratch,
  signal: AbortSignal,
) {
  return async (picture: RasterFile): Promise<RasterFile> => {
    const isThin = Math.min(picture.width, picture.height) < MIN_STRIP_SIDE;
    if (isThin || paintedPixels(picture) <= wholePixels) {
      const painting = await sessions.paint(mix, await readWhole(picture));
      return writeWhole(painting, path(RASTER_EXTENSION));
    }
    const painting = await createRaster(path(RASTER_EXTENSION), picture);
    await sessions.paintLarge(mix, { picture, painting, scratchFolder }, signal);
    return painting;
  };
}

async function readWhole(file: RasterFile): Promise<Picture> {
  const raster = await openRaster(file);
  const { width, height } = file;
  try {
    return { width, height, data: await raster.read({ begin: 0, end: height }) };
  } finally {
    await raster.close();
  }
}

async function writeWhole(picture: Picture, path: string): Promise<RasterFile> {
  const file = await createRaster(path, picture);
  const raster = await openRaster(file);
  try {
    await raster.write(0, picture.data);
    return file;
  } finally {
    await raster.close();
  }
}

const BAND_BYTES = 2 ** 20;

async function changed(
  picture: RasterFile,
  others: readonly RasterFile[],
  change: (bytes: Uint8Array, others: readonly Uint8Array[]) => void,
  path: string,
  signal: AbortSignal,
): Promise<RasterFile> {
  const { width, height } = picture;
  const file = await createRaster(path, picture);
  const rowsAtOnce = Math.max(1, Math.floor(BAND_BYTES / width / 3));
  const opened: OpenRaster[] = [];
  try {
    for (const raster of [file, picture, ...others]) opened.push(await openRaster(raster));
    const [to, from, ...beside] = opened;
    for (let begin = 0; begin < height; begin += rowsAtOnce) {
      signal.throwIfAborted();
      const rows = { begin, end: Math.min(begin + rowsAtOnce, height) };
      const band = await from!.read(rows);
      change(band, await Promise.all(beside.map((raster) => raster.read(rows))));
      await to!.write(begin, band);
    }
    return file;
  } finally {
    for (const raster of opened) await raster.close();
  }
}
