/** A canvas of files, for pictures that do not fit in memory. */

import { rm } from 'node:fs/promises';
import { decodeToRaster, encodeRaster, resizeRaster } from '../images/rasters.ts';
import type { PaintedOver } from '../network/engine.ts';
import { type Extent, type Picture, paintedPixels, type RasterFile } from '../pictures/picture.ts';
import { resampled } from '../pictures/resampled.ts';
import {
  createRaster,
  type OpenRaster,
  openRaster,
  RASTER_EXTENSION,
} from '../rasters/file-raster.ts';
import { type Scratch, withScratch } from '../rasters/scratch.ts';
import type { Sessions } from '../styles/sessions.ts';
import type { Canvas } from './canvas.ts';
import { isPaintedInStrips, type Plan } from './plan.ts';

/**
 * Photograph, painting, what they are painted over and their forms, and between two passes the trunk in 8
 * bits or as floats, as measured.
 */
const SCRATCH_BYTES_PER_PIXEL = 45;

export interface FileCanvasParts {
  readonly sessions: Sessions;
  /** Where the files lie. */
  readonly scratchFolder: string;
}

/**
 * Runs `work` with a canvas whose alpha is the path of a picture of one band. Everything on disk is gone
 * when this ends, however it ends. Rejects with a `storage-full` problem where the disk has no room for it.
 */
export function withFileCanvas<T>(
  plan: Plan,
  { sessions, scratchFolder }: FileCanvasParts,
  signal: AbortSignal,
  work: (canvas: Canvas<RasterFile, string>) => Promise<T>,
): Promise<T> {
  const largest = Math.max(...[plan.output, ...plan.levels].map(paintedPixels));
  return withScratch(scratchFolder, SCRATCH_BYTES_PER_PIXEL * largest, (scratch) =>
    work(fileCanvas(plan, sessions, scratch, signal)),
  );
}

function fileCanvas(
  plan: Plan,
  sessions: Sessions,
  scratch: Scratch,
  signal: AbortSignal,
): Canvas<RasterFile, string> {
  const fresh = () => scratch.path(RASTER_EXTENSION);
  const { style: mix } = plan.options;
  // Nobody waits for it, and the painting says what is wrong.
  sessions.expectLarge(mix).catch(() => {});
  const inStrips = (extent: Extent) => isPaintedInStrips(extent, mostWhole(plan));
  const painted = async (picture: RasterFile, over?: PaintedOver): Promise<RasterFile> => {
    const painting = await createRaster(fresh(), picture);
    const job = { picture, painting, ...(over && { over }), scratchFolder: scratch.folder };
    await sessions.paintLarge(mix, job, signal);
    return painting;
  };
  return {
    decode: (source, extent) => decodeToRaster(source, extent, fresh),
    resize: (picture, extent) => resizeRaster(picture, extent, fresh),
    // What is not painted over in strips is small.
    resample: async (painting, extent) =>
      writeWhole(resampled(await readWhole(painting), extent), fresh()),
    paint: async (picture) =>
      inStrips(picture)
        ? painted(picture)
        : writeWhole(await sessions.paint(mix, await readWhole(picture)), fresh()),
    paintsOver: inStrips,
    paintOver: (painting, photo, detail) => painted(photo, { painting, detail }),
    combine: (picture, others, change) => changed(picture, others, change, fresh(), signal),
    encode: (painting, alpha, options) => encodeRaster(painting, alpha, options, fresh),
    drop: ({ path }) => rm(path),
    read: readWhole,
    write: (picture) => writeWhole(picture, fresh()),
  };
}

/** Larger ones are painted as fast in strips, and in a part of the memory. */
const MOST_WHOLE_PIXELS = 2 ** 20;

function mostWhole({ wholePixels }: Plan): Pick<Plan, 'wholePixels'> {
  return { wholePixels: Math.min(wholePixels, MOST_WHOLE_PIXELS) };
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
