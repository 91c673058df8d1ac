/** Trained weights -> a style of the catalog: graph model, manifest, card and preview. */

import { join } from 'node:path';
import {
  GRAPH_MODEL_FILE,
  GRAPH_WEIGHTS_FILE,
  graphModel,
  readGraphModel,
} from '../formats/tensorflow/graph-model.ts';
import { sha256Hex } from '../host/digest.ts';
import { decodePicture } from '../images/decode.ts';
import { encode } from '../images/encode.ts';
import { drawSample } from '../images/sample.ts';
import { type Engine, paint } from '../network/engine.ts';
import { parameterCount } from '../network/measures.ts';
import { networkOf, type Weights } from '../network/weights.ts';
import type { Picture } from '../pictures/picture.ts';
import { hasLossCurve, styleCard } from './card.ts';
import { openCatalog } from './catalog.ts';
import { lossCurve } from './loss-curve.ts';
import {
  CARD_FILE,
  LOSS_CURVE_FILE,
  MANIFEST_FILE,
  PREVIEW_FILE,
  type StyleManifest,
  styleManifestSchema,
} from './manifest.ts';
import { replaceFolder } from './replace-folder.ts';

export type StyleDescription = Pick<
  StyleManifest,
  'id' | 'title' | 'artist' | 'year' | 'rights' | 'training'
>;

/**
 * Writes `<modelsDir>/<id>/`, all of it or nothing, over a style of the same id. The weights are
 * stored in half precision and the preview is painted by what was stored.
 * Throws a `TypeError` where the weights are not those of a trunk network.
 */
export async function importStyle(
  weights: Weights,
  description: StyleDescription,
  modelsDir: string,
  engine: Engine,
): Promise<StyleManifest> {
  const { files, stored, ...network } = storedNetwork(weights);
  const manifest = styleManifestSchema.parse({ ...description, ...network });
  await replaceFolder(join(modelsDir, manifest.id), {
    ...files,
    ...manifestFiles(manifest),
    [PREVIEW_FILE]: await paintSample(engine, stored),
  });
  return manifest;
}

/** A network as it is stored, in half precision: its files by name, and what a manifest says of it. */
export function storedNetwork(weights: Weights) {
  const network = networkOf(weights);
  const { model, weightData } = graphModel(network, weights, 'float16');
  return {
    network: network.name,
    parameters: parameterCount(network),
    digest: sha256Hex(weightData),
    files: {
      [GRAPH_MODEL_FILE]: `${JSON.stringify(model)}\n`,
      [GRAPH_WEIGHTS_FILE]: weightData,
    },
    /** The weights that come out when it is read again. */
    stored: readGraphModel(model, weightData),
  };
}

/** The manifest and the pages that follow from it, by file name. */
export function manifestFiles(manifest: StyleManifest): Record<string, string> {
  return { [MANIFEST_FILE]: `${JSON.stringify(manifest, null, 2)}\n`, ...documents(manifest) };
}

/** Puts a new manifest, its pages and further files into the folder of a style that is there, in one step. */
export async function updateStyle(
  manifest: StyleManifest,
  further: Readonly<Record<string, string | Uint8Array>>,
  modelsDir: string,
): Promise<void> {
  const files = { ...further, ...manifestFiles(manifest) };
  await replaceFolder(join(modelsDir, manifest.id), files, { keep: true });
}

/** The pages about a style, by file name: what follows from its manifest alone. */
export function documents(manifest: StyleManifest): Record<string, string> {
  return {
    [CARD_FILE]: styleCard(manifest),
    ...(hasLossCurve(manifest) && {
      [LOSS_CURVE_FILE]: lossCurve(manifest.training?.losses ?? []),
    }),
  };
}

/** The project's own sample picture, painted by these weights, as a JPEG. */
export async function paintSample(engine: Engine, weights: Weights): Promise<Uint8Array> {
  return paintedJpeg(engine, weights, await samplePicture());
}

/** The picture, painted by these weights, as a JPEG of the same size. */
export async function paintedJpeg(
  engine: Engine,
  weights: Weights,
  picture: Picture,
): Promise<Uint8Array> {
  const network = networkOf(weights);
  const session = await engine.load(network, weights);
  try {
    const painting = await paint(session, network, picture);
    return await encode(painting, undefined, { format: 'jpeg', quality: 88 });
  } finally {
    await session.close();
  }
}

/** The project's own sample picture. */
export async function samplePicture(): Promise<Picture> {
  return decodePicture(await drawSample(), { maxPixels: 1_000_000, maxPages: 1 });
}

/**
 * The largest difference, in 0..255, between the sample as two engines paint it with the network
 * that lies in `<modelsDir>/<id>/`.
 */
export async function engineDifference(
  id: string,
  modelsDir: string,
  engines: readonly [Engine, Engine],
): Promise<number> {
  const picture = await samplePicture();
  const catalog = await openCatalog(modelsDir);
  const { network, weights } = await catalog.load(catalog.get(id));
  const [a, b] = await Promise.all(
    engines.map(async (engine) => {
      const session = await engine.load(network, weights);
      const painting = await paint(session, network, picture);
      await session.close();
      return painting.data;
    }),
  );
  return a!.reduce((most, value, i) => Math.max(most, Math.abs(value - b![i]!)), 0);
}
