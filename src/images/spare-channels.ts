/**
 * Files with channels beside color and alpha (saved selections, spot inks) -> pictures without them:
 * libvips takes whatever comes last for alpha.
 */

import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import type { PhotoHeader } from './header.ts';
import { bytesPerSample, colorSpace, opened, type Source, samplesOfBytes } from './open.ts';
import { pickChannels, picks } from './raster-rows.ts';
import type { SampleLayout } from './samples.ts';

/** Channels that libvips gives for color, whatever the file has. */
const RGB = [0, 1, 2];

/** Whether there are channels that are neither color nor an alpha that stands right behind it. */
export function hasSpareChannels({ samples }: PhotoHeader): boolean {
  return samples.extraChannels > 0 && !(samples.extraChannels === 1 && samples.alpha === 0);
}

/** Upright and at its own size, as a TIFF in memory. */
export async function withoutSpares(source: Source): Promise<Source> {
  const { samples } = source.header;
  const depth = samples.bits === 16 ? 'ushort' : 'uchar';
  const space = colorSpace(samples);
  const { data, info } = await opened(source)
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true });
  const picked = pickedOf(samples);
  const kept = picks(data, info.channels, picked, bytesPerSample(samples));
  const { width, height } = info;
  const raw = { width, height, channels: picked.length === 3 ? 3 : 4 } as const;
  const file = await sharp(samplesOfBytes(kept, samples), { raw })
    .toColourspace(space)
    .tiff({ compression: 'none' })
    .toBuffer();
  return { file, header: flattened(source.header) };
}

/** The same from file to file; `fresh` gives paths. */
export async function withoutSparesOnDisk(source: Source, fresh: () => string): Promise<Source> {
  const { samples } = source.header;
  const path = fresh();
  const { width, height, channels } = await opened(source)
    .toColourspace(colorSpace(samples))
    .toFile(path);
  const picking = { picked: pickedOf(samples), sampleBytes: bytesPerSample(samples) };
  const kept = await pickChannels({ path, width, height }, channels, picking, fresh);
  await rm(path);
  return { file: kept.path, header: flattened(source.header) };
}

function pickedOf({ alpha }: SampleLayout): number[] {
  return alpha === undefined ? RGB : [...RGB, RGB.length + alpha];
}

function flattened(header: PhotoHeader): PhotoHeader {
  const hasAlpha = header.samples.alpha !== undefined;
  const samples: SampleLayout = {
    ...header.samples,
    ignoreProfile: true,
    extraChannels: hasAlpha ? 1 : 0,
    alpha: hasAlpha ? 0 : undefined,
  };
  return { ...header, samples, amendment: undefined };
}
