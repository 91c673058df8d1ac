/** The pictures and networks that a training benchmark is given on its command line. */

import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { findPhotos } from '../../src/cli/files.ts';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { decodePicture } from '../../src/images/decode.ts';
import { resize } from '../../src/images/resize.ts';
import { fitted, type Picture, scaled } from '../../src/pictures/picture.ts';
import type { LossNetwork } from '../../src/training/loss-network/loss-network.ts';
import { openLossNetwork } from '../../src/training/loss-network/open.ts';

/** Short side at which paintings are looked at, as `impasto train` does unless told otherwise. */
const PAINTING_SIZE = 480;

const LIMITS = { maxPixels: 100_000_000, maxPages: 1 };

/** Loads TensorFlow first: without it there is nothing to measure with. */
export async function readLossNetwork(place: string): Promise<LossNetwork> {
  await loadTensorflow();
  return openLossNetwork(place, { cacheDir: '.impasto-cache' });
}

/** The photographs of a folder, so that none is longer than this. */
export async function readPhotos(folder: string, longEdge: number): Promise<Picture[]> {
  const paths = await findPhotos([folder]);
  return Promise.all(
    paths.map(async ({ path }) => {
      const photo = await read(path);
      return resize(photo, fitted(photo, longEdge));
    }),
  );
}

export async function readPainting(path: string): Promise<Picture> {
  const painting = await read(path);
  const factor = PAINTING_SIZE / Math.min(painting.width, painting.height);
  return resize(painting, scaled(painting, factor));
}

async function read(path: string): Promise<Picture> {
  return decodePicture(await readFile(path), LIMITS);
}

/** The picture of a folder that is named as the style. */
export async function paintingOf(id: string, folder: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => basename(file, extname(file)) === id);
  if (name === undefined) throw new Error(`Expected a picture named ${id} in ${folder}.`);
  return join(folder, name);
}
