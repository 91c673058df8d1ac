/** What training and optimization read from disk. */

import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { Config } from '../../config/config.ts';
import { decodePicture } from '../../images/decode.ts';
import { resize } from '../../images/resize.ts';
import { type Picture, scaled } from '../../pictures/picture.ts';
import type { LossNetwork } from '../../training/loss-network/loss-network.ts';
import type { WeighedFile } from '../arguments.ts';
import { findPhotos } from '../files.ts';
import { readInput, UsageError } from '../outputs.ts';
import type { ObjectiveFlags } from './objective-flags.ts';

export interface WeighedPicture {
  readonly picture: Picture;
  readonly weight: number;
}

/** Opens what `--loss-network` names, with a progress bar where it is downloaded. */
export async function readLossNetwork(flags: ObjectiveFlags): Promise<LossNetwork> {
  const { openLossNetwork } = await import('../../training/loss-network/open.ts');
  const format = 'loss network {bar} {value}/{total} MB';
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  let started = false;
  const onProgress = (received: number, total = received) => {
    if (process.stderr.isTTY !== true) return;
    if (!started) bar.start(megabytes(total), 0);
    started = true;
    bar.update(megabytes(received));
  };
  try {
    const { lossNetwork, lossNetworkDigest: digest, cacheDir } = flags;
    return await openLossNetwork(lossNetwork, { cacheDir, digest, onProgress });
  } finally {
    bar.stop();
  }
}

/** A picture at this short side, or as it is. */
export async function readPicture(
  path: string,
  config: Config,
  shortSide?: number,
): Promise<Picture> {
  const limits = { maxPixels: config.MAX_PIXELS, maxPages: config.MAX_PAGES };
  const picture = await decodePicture(await readInput(path), limits);
  if (shortSide === undefined) return picture;
  return resize(picture, scaled(picture, shortSide / Math.min(picture.width, picture.height)));
}

export async function readPaintings(
  files: readonly WeighedFile[],
  shortSide: number,
  config: Config,
): Promise<WeighedPicture[]> {
  return Promise.all(
    files.map(async ({ path, weight }) => ({
      picture: await readPicture(path, config, shortSide),
      weight,
    })),
  );
}

export interface Photographs {
  readonly photos: readonly Picture[];
  readonly masks?: readonly Picture[];
}

/** Photographs of a folder and, where they are asked for, the masks named as they are. */
export async function readPhotographs(
  folder: string,
  masks: string | undefined,
  shortSide: number,
  config: Config,
): Promise<Photographs> {
  const paths = await findPhotos([folder]);
  const photos: Picture[] = [];
  for (const path of paths) photos.push(await readPicture(path, config, shortSide));
  if (masks === undefined) return { photos };
  const maskPaths = await findPhotos([masks]);
  const read = paths.map(async (path, i) => {
    const name = nameOf(path);
    const mask = maskPaths.find((candidate) => nameOf(candidate) === name);
    if (mask === undefined) throw new UsageError(`Expected a mask for ${path} in ${masks}.`);
    return resize(await readPicture(mask, config), photos[i]!);
  });
  return { photos, masks: await Promise.all(read) };
}

/** Where downloads are kept unless told otherwise. */
export function defaultCacheDir(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: cache, HOME: home } = environment;
  if (cache) return join(cache, 'impasto');
  return home ? join(home, '.cache', 'impasto') : '.impasto-cache';
}

export async function fileExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}
