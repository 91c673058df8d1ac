/** The lighter network of a style: the same manner with fewer channels, for slow machines. */

import { join } from 'node:path';
import { type Engine, paintAll } from '../network/engine.ts';
import { type Network, type TrunkShape, trunkNetwork } from '../network/layers.ts';
import { pruned } from '../network/pruning.ts';
import { networkOf, type Weights } from '../network/weights.ts';
import { peakSignalToNoise, pictureDifference } from '../pictures/difference.ts';
import type { Picture } from '../pictures/picture.ts';
import { storedNetwork, updateStyle } from './import.ts';
import { LIGHT_FOLDER, type StyleManifest } from './manifest.ts';
import type { LoadedStyle } from './style-files.ts';

export type Light = NonNullable<StyleManifest['light']>;

export type LightDifference = Pick<Light, 'photographs' | 'difference' | 'psnr'>;

/** Of the channels; half of the arithmetic, which grows with their square. */
const KEPT = 2 / 3;

/**
 * What the lighter network's training starts from: of the standard 24 and 48 channels, 16 and 32.
 * `base` is another style's lighter network, where there is one: mixes need networks from one base.
 */
export function lightStart({ network, weights }: LoadedStyle, base?: LoadedStyle): Weights {
  const light = trunkNetwork(lighter(network));
  return base?.network.name === light.name ? base.weights : pruned(weights, network, light);
}

function lighter({ layers, noise }: Network): TrunkShape {
  const [stem = 0, trunk = 0] = layers.flatMap((layer) =>
    layer.kind === 'convolution' ? [Math.max(1, Math.round(layer.outputChannels * KEPT))] : [],
  );
  return { stem, trunk, blocks: layers.filter(({ kind }) => kind === 'residual').length, noise };
}

/** How the lighter network's paintings of photographs differ from those of the style's own. */
export async function lightDifference(
  { network, weights }: LoadedStyle,
  light: Weights,
  photos: readonly Picture[],
  engine: Engine,
): Promise<LightDifference> {
  const own = await paintAll(engine, { network, weights }, photos);
  const lighter = await paintAll(engine, { network: networkOf(light), weights: light }, photos);
  const found = pictureDifference(own, lighter);
  return {
    photographs: photos.length,
    difference: Number(found.absolute.toFixed(3)),
    psnr: Number(peakSignalToNoise(found).toFixed(2)),
  };
}

/** Keeps it in the style's folder, and tells of it in the style's card. */
export async function keepLight(
  style: StyleManifest,
  weights: Weights,
  description: Omit<Light, 'network' | 'parameters' | 'digest'>,
  modelsDir: string,
): Promise<void> {
  const { files, stored: _, ...network } = storedNetwork(weights);
  const placed = Object.entries(files).map(([name, content]) => [
    join(LIGHT_FOLDER, name),
    content,
  ]);
  const light: Light = { ...network, ...description };
  await updateStyle({ ...style, light }, Object.fromEntries(placed), modelsDir);
}
