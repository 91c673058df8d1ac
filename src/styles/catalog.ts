/** The styles found in a models folder: their manifests at once, their networks on demand. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memoized } from '../concurrency/memoized.ts';
import { ProblemError } from '../errors.ts';
import {
  GRAPH_MODEL_FILE,
  GRAPH_WEIGHTS_FILE,
  readGraphModel,
} from '../formats/tensorflow/graph-model.ts';
import type { ActivationRanges } from '../network/activation-ranges.ts';
import type { Network } from '../network/layers.ts';
import type { StyleMix } from '../network/mix.ts';
import { networkOf, type Weights } from '../network/weights.ts';
import {
  LIGHT_FOLDER,
  MANIFEST_FILE,
  PREVIEW_FILE,
  type StyleManifest,
  styleManifestSchema,
} from './manifest.ts';
import { RANGES_FILE, readRanges } from './ranges.ts';
import { restoreReplaced } from './replace-folder.ts';

export interface LoadedStyle {
  readonly network: Network;
  readonly weights: Weights;
  /** Absent where the network was not calibrated for 8 bits. */
  readonly ranges?: ActivationRanges | undefined;
}

/** In TensorFlow.js's graph-model format. */
export type NetworkFile = typeof GRAPH_MODEL_FILE | typeof GRAPH_WEIGHTS_FILE;

export interface Catalog {
  /** Sorted by id. */
  readonly styles: readonly StyleManifest[];
  /** Throws a `style-not-found` problem that names the styles there are. */
  get(id: string): StyleManifest;
  /** The styles of a mix, in its order. Throws like {@link Catalog.get}. */
  resolve(mix: StyleMix): StyleManifest[];
  /** Reads the network and checks it against the manifest's digest. Throws a {@link CatalogError}. */
  load(style: StyleManifest): Promise<LoadedStyle>;
  /** Reads every network. Throws a {@link CatalogError} that names what is damaged. */
  check(): Promise<void>;
  /** Reads the lighter network likewise. Throws a `not-found` problem where there is none. */
  loadLight(style: StyleManifest): Promise<LoadedStyle>;
  /**
   * One of the files that a style's network, or its lighter one, consists of, as it is. Throws a
   * {@link CatalogError} where it is damaged.
   */
  networkFile(style: StyleManifest, name: NetworkFile, light?: boolean): Promise<Uint8Array>;
  /** JPEG bytes of the sample picture painted by the style's own network. */
  preview(style: StyleManifest): Promise<Uint8Array>;
}

/** A models folder that cannot be used; the message names the file and what is wrong with it. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
}

/** What callers are told of a damaged style: which file it is, the cause says. Other errors stay. */
export function unavailable(style: string): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof CatalogError)) throw cause;
    const detail = `A file of the style ${style} is missing or damaged here; other styles can be used.`;
    throw new ProblemError('style-unavailable', detail, { cause });
  };
}

/** Throws a {@link CatalogError} where the folder holds no style or a manifest is not valid. */
export async function openCatalog(modelsDir: string): Promise<Catalog> {
  const styles = await readManifests(modelsDir);
  const byId = new Map(styles.map((style) => [style.id, style]));
  const get = (id: string): StyleManifest => {
    const style = byId.get(id);
    if (style !== undefined) return style;
    const known = [...byId.keys()].join(', ');
    throw new ProblemError(
      'style-not-found',
      `Expected one of ${known}, got "${id.slice(0, 80)}".`,
    );
  };
  const load = memoized(
    (style: StyleManifest) => loadStyle(join(modelsDir, style.id), style),
    ({ id }) => id,
  );
  const loadLight = async (style: StyleManifest) =>
    loadNetwork(join(modelsDir, style.id, LIGHT_FOLDER), lightOf(style).digest);
  return {
    styles,
    get,
    resolve: (mix) => mix.parts.map(({ style }) => get(style)),
    load,
    loadLight,
    async check() {
      for (const style of styles) {
        await loadStyle(join(modelsDir, style.id), style);
        if (style.light) await loadLight(style);
      }
    },
    networkFile: async (style, name, light = false) => {
      const { digest } = light ? lightOf(style) : style;
      const path = join(modelsDir, style.id, light ? LIGHT_FOLDER : '', name);
      return name === GRAPH_WEIGHTS_FILE ? readWeights(path, digest) : readPart(path);
    },
    preview: (style) => readPart(join(modelsDir, style.id, PREVIEW_FILE)),
  };
}

async function readManifests(modelsDir: string): Promise<StyleManifest[]> {
  // Left by an import that was killed; where the folder cannot be written, nobody imports.
  await restoreReplaced(modelsDir).catch(() => {});
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new CatalogError(`Expected a folder of styles at ${modelsDir}.`, { cause });
  });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  const styles = await Promise.all(folders.sort().map((name) => readManifest(modelsDir, name)));
  if (styles.length === 0) throw new CatalogError(`Expected styles in ${modelsDir}, found none.`);
  return styles;
}

async function readManifest(modelsDir: string, folder: string): Promise<StyleManifest> {
  const path = join(modelsDir, folder, MANIFEST_FILE);
  try {
    const manifest = styleManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    if (manifest.id !== folder) throw new TypeError(`its id is "${manifest.id}"`);
    return manifest;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CatalogError(`Expected a style manifest at ${path}: ${reason}`, { cause });
  }
}

function lightOf({ id, light }: StyleManifest) {
  if (light) return light;
  throw new ProblemError('not-found', `The style ${id} has no light network.`);
}

async function loadStyle(folder: string, { digest }: StyleManifest): Promise<LoadedStyle> {
  const loaded = await loadNetwork(folder, digest);
  return { ...loaded, ranges: await loadRanges(folder, digest) };
}

async function loadNetwork(folder: string, digest: string): Promise<LoadedStyle> {
  const [model, weightData] = await Promise.all([
    readPart(join(folder, GRAPH_MODEL_FILE)),
    readWeights(join(folder, GRAPH_WEIGHTS_FILE), digest),
  ]);
  const weights = readStyle(model.toString('utf8'), weightData, folder);
  return { network: networkOf(weights), weights };
}

async function readWeights(path: string, expected: string): Promise<Buffer> {
  const weightData = await readPart(path);
  const digest = createHash('sha256').update(weightData).digest('hex');
  if (digest === expected) return weightData;
  throw new CatalogError(`Expected ${path} with SHA-256 ${expected}, found ${digest}.`);
}

/** A file without which a style is not whole. */
async function readPart(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new CatalogError(`Expected a file at ${path}: ${cause.code}.`, { cause });
  });
}

async function loadRanges(folder: string, digest: string): Promise<ActivationRanges | undefined> {
  const path = join(folder, RANGES_FILE);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  try {
    return text === undefined ? undefined : readRanges(text, digest);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = 'remove it, and run "impasto quantize" for another';
    throw new CatalogError(`Expected activation ranges at ${path} (${advice}): ${reason}`, {
      cause,
    });
  }
}

function readStyle(model: string, weightData: Uint8Array, folder: string): Weights {
  try {
    return readGraphModel(JSON.parse(model), weightData);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CatalogError(`Expected a graph model in ${folder}: ${reason}`, { cause });
  }
}
