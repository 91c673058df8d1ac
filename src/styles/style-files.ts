/** The files that a style consists of, wherever they lie, and the networks that are in them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, reasonOf } from '../errors.ts';
import {
  GRAPH_MODEL_FILE,
  GRAPH_WEIGHTS_FILE,
  readGraphModel,
} from '../formats/tensorflow/graph-model.ts';
import { sha256Hex } from '../host/digest.ts';
import type { ActivationRanges } from '../network/activation-ranges.ts';
import type { Network } from '../network/layers.ts';
import { networkOf, type Weights } from '../network/weights.ts';
import {
  CARD_FILE,
  LIGHT_FOLDER,
  LOSS_CURVE_FILE,
  PREVIEW_FILE,
  type StyleManifest,
} from './manifest.ts';
import { RANGES_FILE, readRanges } from './ranges.ts';

/** Files by their names within the style, such as `light/weights.bin`. */
export interface StyleFiles {
  /** Undefined where there is none. Throws a {@link CatalogError} where it cannot be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Where such a file is, for messages. */
  place(name: string): string;
}

export interface LoadedStyle {
  readonly network: Network;
  readonly weights: Weights;
  /** Absent where the network was not calibrated for 8 bits. */
  readonly ranges?: ActivationRanges | undefined;
}

/** In TensorFlow.js's graph-model format. */
export type NetworkFile = typeof GRAPH_MODEL_FILE | typeof GRAPH_WEIGHTS_FILE;

/** What can be had of a style whose manifest is known. */
export interface StyleReaders {
  /** Reads the network and checks it against the manifest's digest. Throws a {@link CatalogError}. */
  load(style: StyleManifest): Promise<LoadedStyle>;
  /** Reads the lighter network likewise. Throws a `not-found` problem where there is none. */
  loadLight(style: StyleManifest): Promise<LoadedStyle>;
  /**
   * One of the files that a style's network, or its lighter one, consists of, as it is. Throws a
   * {@link CatalogError} where it is damaged.
   */
  networkFile(style: StyleManifest, name: NetworkFile, light?: boolean): Promise<Uint8Array>;
  /** The activation ranges for 8 bits as they are; undefined where there are none. Throws as {@link load} does. */
  rangesFile(style: StyleManifest): Promise<Uint8Array | undefined>;
  /**
   * All files of the style but its manifest, by their names, as they are: its folder holds them. Throws a
   * {@link CatalogError} where one is damaged.
   */
  files(style: StyleManifest): Promise<Record<string, Uint8Array>>;
  /** JPEG bytes of the sample picture painted by the style's own network. */
  preview(style: StyleManifest): Promise<Uint8Array>;
}

/** Styles that cannot be used; the message names the file and what is wrong with it. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
}

export function styleReaders(filesOf: (style: StyleManifest) => StyleFiles): StyleReaders {
  return {
    async load(style) {
      const files = filesOf(style);
      const loaded = await loadNetwork(files, '', style.digest);
      return { ...loaded, ranges: await loadRanges(files, style.digest) };
    },
    loadLight: async (style) => loadNetwork(filesOf(style), LIGHT_PLACE, lightOf(style).digest),
    async networkFile(style, name, light = false) {
      const { digest } = light ? lightOf(style) : style;
      const path = (light ? LIGHT_PLACE : '') + name;
      const files = filesOf(style);
      return name === GRAPH_WEIGHTS_FILE ? readWeights(files, path, digest) : needed(files, path);
    },
    async rangesFile(style) {
      const files = filesOf(style);
      return (await loadRanges(files, style.digest)) && files.read(RANGES_FILE);
    },
    async files(style) {
      const place = filesOf(style);
      const network = await filesOfNetwork(place, '', style.digest);
      const light = style.light ? await filesOfNetwork(place, LIGHT_PLACE, style.light.digest) : {};
      const preview = { [PREVIEW_FILE]: await needed(place, PREVIEW_FILE) };
      const further = await Promise.all(
        FURTHER_FILES.map(async (name) => [name, await place.read(name)] as const),
      );
      const there = further.flatMap(([name, file]) => (file ? [[name, file] as const] : []));
      return { ...network, ...light, ...preview, ...Object.fromEntries(there) };
    },
    preview: (style) => needed(filesOf(style), PREVIEW_FILE),
  };
}

/** What a style may have beside its networks and its preview. */
const FURTHER_FILES = [CARD_FILE, LOSS_CURVE_FILE, RANGES_FILE];

const LIGHT_PLACE = `${LIGHT_FOLDER}/`;

export function folderFiles(folder: string): StyleFiles {
  const place = (name: string) => join(folder, name);
  return {
    place,
    read: (name) =>
      readFile(place(name)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined;
        throw new CatalogError(`Expected a file at ${place(name)}: ${cause.code}.`, { cause });
      }),
  };
}

export function folderless(files: Readonly<Record<string, Uint8Array>>): StyleFiles {
  return { place: (name) => name, read: async (name) => files[name] };
}

function lightOf({ id, light }: StyleManifest) {
  if (light) return light;
  throw new ProblemError('not-found', `The style ${id} has no light network.`);
}

async function loadNetwork(files: StyleFiles, place: string, digest: string): Promise<LoadedStyle> {
  const [model, weightData] = await Promise.all([
    needed(files, place + GRAPH_MODEL_FILE),
    readWeights(files, place + GRAPH_WEIGHTS_FILE, digest),
  ]);
  try {
    const weights = readGraphModel(JSON.parse(new TextDecoder().decode(model)), weightData);
    return { network: networkOf(weights), weights };
  } catch (cause) {
    const at = files.place(place + GRAPH_MODEL_FILE);
    throw new CatalogError(`Expected a graph model at ${at}: ${reasonOf(cause)}`, { cause });
  }
}

async function filesOfNetwork(files: StyleFiles, place: string, digest: string) {
  return {
    [place + GRAPH_MODEL_FILE]: await needed(files, place + GRAPH_MODEL_FILE),
    [place + GRAPH_WEIGHTS_FILE]: await readWeights(files, place + GRAPH_WEIGHTS_FILE, digest),
  };
}

async function readWeights(files: StyleFiles, name: string, expected: string): Promise<Uint8Array> {
  const weightData = await needed(files, name);
  const digest = sha256Hex(weightData);
  if (digest === expected) return weightData;
  throw new CatalogError(
    `Expected ${files.place(name)} with SHA-256 ${expected}, found ${digest}.`,
  );
}

/** A file without which a style is not whole. */
async function needed(files: StyleFiles, name: string): Promise<Uint8Array> {
  const file = await files.read(name);
  if (file) return file;
  throw new CatalogError(`Expected a file at ${files.place(name)}, found none.`);
}

async function loadRanges(
  files: StyleFiles,
  digest: string,
): Promise<ActivationRanges | undefined> {
  const file = await files.read(RANGES_FILE);
  if (file === undefined) return undefined;
  try {
    return readRanges(new TextDecoder().decode(file), digest);
  } catch (cause) {
    const advice = 'remove it, and run "impasto quantize" for another';
    throw new CatalogError(
      `Expected activation ranges at ${files.place(RANGES_FILE)} (${advice}): ${reasonOf(cause)}`,
      { cause },
    );
  }
}
