/** A folder, a file or an address -> a loss network. */

import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { FormatError } from '../../errors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import type { Weights } from '../../network/weights.ts';
import { type DownloadOptions, download } from './download.ts';
import { readHdf5 } from './hdf5.ts';
import { hybridLossNetwork } from './hybrid.ts';
import { readLayersModel, shardsOf } from './layers-model.ts';
import type { LossNetwork } from './loss-network.ts';
import { vgg19Weights } from './names.ts';
import { vgg19LossNetwork } from './vgg19.ts';

/** The two files of the hybrid. */
const SHALLOW_FILE = 'vgg19_conv1_1-conv3_4.safetensors';
const DISTILLED_FILE = 'distilled_vgg19_5SE.safetensors';

const MODEL_FILE = 'model.json';

const READERS: Readonly<Record<string, (path: string) => Promise<Weights>>> = {
  '.safetensors': async (path) => readSafetensors(await readFile(path)),
  '.h5': async (path) => readHdf5(path, await firstBytes(path)),
  '.json': readLayersModel,
};

/**
 * Opens VGG19 from a `.safetensors`, Keras `.h5` or TensorFlow.js `model.json` file, from a folder
 * with one of them or with the hybrid's two files, or from the web address of such a file.
 * Throws a `FormatError` or a `DownloadError` that says what was expected and found.
 */
export async function openLossNetwork(
  place: string,
  options: DownloadOptions,
): Promise<LossNetwork> {
  const path = /^https?:/.test(place) ? await downloaded(place, options) : place;
  const entry = await stat(path).catch(() => undefined);
  if (entry === undefined) throw new FormatError(`Expected a loss network at ${path}, found none.`);
  return entry.isDirectory() ? openFolder(path) : openVgg19(path);
}

async function downloaded(url: string, options: DownloadOptions): Promise<string> {
  const path = await download(url, options);
  if (extname(path) !== '.json') return path;
  for (const shard of shardsOf(await readFile(path, 'utf8'))) {
    await download(new URL(shard, url).href, { ...options, digest: undefined });
  }
  return path;
}

async function openFolder(folder: string): Promise<LossNetwork> {
  const files = (await readdir(folder)).sort();
  if (files.includes(SHALLOW_FILE) && files.includes(DISTILLED_FILE)) {
    const [shallow, distilled] = await Promise.all(
      [SHALLOW_FILE, DISTILLED_FILE].map(async (file) =>
        readSafetensors(await readFile(join(folder, file))),
      ),
    );
    return hybridLossNetwork(shallow as Weights, distilled as Weights);
  }
  const [found, ...others] = files.includes(MODEL_FILE)
    ? [MODEL_FILE]
    : files.filter((file) => extname(file) !== '.json' && READERS[extname(file)] !== undefined);
  if (found !== undefined && others.length === 0) return openVgg19(join(folder, found));
  throw new FormatError(
    `Expected ${MODEL_FILE}, one .safetensors or .h5 file of VGG19, or ${SHALLOW_FILE} with ` +
      `${DISTILLED_FILE} in ${folder}, found ${files.length === 0 ? 'nothing' : files.join(', ')}.`,
  );
}

async function openVgg19(path: string): Promise<LossNetwork> {
  const read = READERS[extname(path)];
  if (read === undefined) {
    const known = Object.keys(READERS).join(', ');
    throw new FormatError(`Expected a ${known} file of VGG19, got ${basename(path)}.`);
  }
  const { weights, convention } = vgg19Weights(await read(path));
  return vgg19LossNetwork(weights, convention);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
