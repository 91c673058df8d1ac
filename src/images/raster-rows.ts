/** What is done to decoded rasters row by row: their numbers converted, alpha split off, hidden color covered. */

import type { RasterFile } from '../pictures/picture.ts';
import {
  bytesOf,
  createRaster,
  type OpenRaster,
  openRaster,
  type PixelLayout,
} from '../rasters/file-raster.ts';
import { conversion } from './color/convert.ts';
import { bytesPerSample, samplesOfBytes } from './open.ts';
import type { SampleLayout } from './samples.ts';

const BAND_BYTES = 2 ** 20;

const MASK: PixelLayout = { channels: 1, sampleBytes: 1 };

export interface SplitRaster {
  /** sRGB. */
  readonly color: RasterFile;
  /** Of one channel; undefined where there is none, or all of it is opaque. */
  readonly alpha: RasterFile | undefined;
}

/** A raster of three or four channels as the decoder gave it -> sRGB bytes and alpha apart. */
export async function splitRaster(
  decoded: RasterFile,
  samples: SampleLayout,
  fresh: () => string,
): Promise<SplitRaster> {
  const channels = samples.alpha === undefined ? 3 : 4;
  const pixelBytes = channels * bytesPerSample(samples);
  const convert = samples.encoding && conversion(samples.encoding, samples.bits, channels);
  const color = await createRaster(fresh(), decoded);
  const alpha = channels === 4 ? await createRaster(fresh(), decoded, MASK) : undefined;
  let opaque = true;
  const rasters = [
    openRaster(decoded, pixelBytes),
    openRaster(color),
    ...(alpha ? [openRaster(alpha, 1)] : []),
  ];
  await overRows(rasters, pixelBytes, async ([from, to, mask], rows) => {
    const read = samplesOfBytes(await from!.read(rows), samples);
    const bytes = convert ? convert(read) : (read as Uint8Array);
    if (!mask) return to!.write(rows.begin, bytes);
    const { rgb, visible } = split(bytes);
    opaque &&= visible.every((value) => value === 255);
    await to!.write(rows.begin, rgb);
    await mask.write(rows.begin, visible);
  });
  return { color, alpha: opaque ? undefined : alpha };
}

/** The channels that count, in this order, of a raster with more of them. */
export async function pickChannels(
  decoded: RasterFile,
  channels: number,
  { picked, sampleBytes }: { picked: readonly number[]; sampleBytes: 1 | 2 },
  fresh: () => string,
): Promise<RasterFile> {
  const layout = { channels: picked.length === 3 ? 3 : 4, sampleBytes } as const;
  const kept = await createRaster(fresh(), decoded, layout);
  const pixelBytes = channels * sampleBytes;
  const rasters = [openRaster(decoded, pixelBytes), openRaster(kept, bytesOf(layout))];
  await overRows(rasters, pixelBytes, async ([from, to], rows) => {
    await to!.write(rows.begin, picks(await from!.read(rows), channels, picked, sampleBytes));
  });
  return kept;
}

/** The same for interleaved bytes. */
export function picks(
  bytes: Uint8Array,
  channels: number,
  picked: readonly number[],
  sampleBytes: 1 | 2,
): Uint8Array {
  const pixels = bytes.length / channels / sampleBytes;
  const result = new Uint8Array(pixels * picked.length * sampleBytes);
  let to = 0;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    for (const channel of picked) {
      const from = (pixel * channels + channel) * sampleBytes;
      for (let i = 0; i < sampleBytes; i += 1) result[to++] = bytes[from + i]!;
    }
  }
  return result;
}

/** Writes `background` over `color` where it is hidden; a pixel's own color counts `gain` times its alpha. */
export async function coverHidden(
  color: RasterFile,
  alpha: RasterFile,
  background: RasterFile,
  gain: number,
): Promise<void> {
  const rasters = [openRaster(color), openRaster(alpha, 1), openRaster(background)];
  await overRows(rasters, 3, async ([over, mask, under], rows) => {
    const [own, visible] = [await over!.read(rows), await mask!.read(rows)];
    const hidden = await under!.read(rows);
    visible.forEach((value, pixel) => {
      const weight = Math.min(1, (value * gain) / 255);
      for (let i = pixel * 3; weight < 1 && i < pixel * 3 + 3; i += 1) {
        own[i] = Math.round(own[i]! * weight + hidden[i]! * (1 - weight));
      }
    });
    await over!.write(rows.begin, own);
  });
}

/** Band by band over rasters of the same size, which are closed however it ends. */
async function overRows(
  opening: readonly Promise<OpenRaster>[],
  pixelBytes: number,
  work: (rasters: readonly OpenRaster[], rows: { begin: number; end: number }) => Promise<void>,
): Promise<void> {
  const rasters = await Promise.all(opening);
  const { width, height } = rasters[0]!;
  const step = Math.max(1, Math.floor(BAND_BYTES / width / pixelBytes));
  try {
    for (let begin = 0; begin < height; begin += step) {
      await work(rasters, { begin, end: Math.min(begin + step, height) });
    }
  } finally {
    await Promise.all(rasters.map((raster) => raster.close()));
  }
}

function split(rgba: Uint8Array) {
  const pixels = rgba.length / 4;
  const [rgb, visible] = [new Uint8Array(pixels * 3), new Uint8Array(pixels)];
  for (let i = 0; i < pixels; i += 1) {
    rgb[i * 3] = rgba[i * 4]!;
    rgb[i * 3 + 1] = rgba[i * 4 + 1]!;
    rgb[i * 3 + 2] = rgba[i * 4 + 2]!;
    visible[i] = rgba[i * 4 + 3]!;
  }
  return { rgb, visible };
}
