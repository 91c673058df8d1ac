/** The options that `impasto train` and `impasto optimize` share: what is to be made small. */

import { type Command, Option } from 'commander';
import {
  FEATURE_LAYERS,
  type FeatureLayer,
  STYLE_LAYERS,
  type StyleLayer,
} from '../../training/loss-network/loss-network.ts';
import type { ObjectiveOptions } from '../../training/objective.ts';
import { RECIPE } from '../../training/recipe.ts';
import { between, digest, weightsOf } from '../arguments.ts';
import { UsageError } from '../outputs.ts';

export interface ObjectiveFlags {
  readonly lossNetwork: string;
  readonly lossNetworkDigest?: string;
  readonly cacheDir: string;
  readonly paintingSize: number;
  readonly tvWeight: number;
  readonly layerWeights?: Partial<Record<StyleLayer, number>>;
  readonly contentLayers?: Partial<Record<FeatureLayer, number>>;
  readonly fuseLayers: boolean;
  readonly scales: number;
  readonly attention: number;
}

/** The network has at least one place to compare at relu5_1, and two for a mean. */
const MIN_SIDE = 32;

export function withObjectiveFlags(command: Command, cacheDir: string): Command {
  const { fixedWeights, objective } = RECIPE;
  return command
    .requiredOption(
      '--loss-network <place>',
      'VGG19: a folder, a .safetensors, .h5 or model.json file, or the web address of one',
    )
    .option(
      '--loss-network-digest <digest>',
      'what a downloaded file must have, "sha256:<hex>"',
      digest,
    )
    .addOption(
      new Option('--cache-dir <folder>', 'where downloads are kept')
        .env('IMPASTO_CACHE_DIR')
        .default(cacheDir),
    )
    .option(
      '--painting-size <pixels>',
      'short side at which paintings are looked at: larger makes finer strokes',
      between(MIN_SIDE, 4096, true),
      480,
    )
    .option(
      '--tv-weight <number>',
      'weight of the total variation',
      between(0, 1e6),
      fixedWeights.totalVariation,
    )
    .option(
      '--layer-weights <list>',
      'weights of the style layers, such as "relu1_1:0.5,relu4_1:2"; 1 where not named',
      weightsOf(STYLE_LAYERS),
    )
    .option(
      '--content-layers <list>',
      'layers of the content loss, such as "relu2_1:0.3,relu4_1:0.7"',
      weightsOf(FEATURE_LAYERS),
    )
    .option('--fuse-layers', 'compare correlations between neighboring layers, too', false)
    .option(
      '--scales <number>',
      'levels of the image pyramid at which losses are taken',
      between(1, 4, true),
      objective.scales,
    )
    .option(
      '--attention <strength>',
      'how much more shape counts where there is something to see',
      between(0, 100),
      objective.attention,
    );
}

/** Throws a {@link UsageError} where a side, in pixels, is too small for so many scales. */
export function toObjectiveOptions(flags: ObjectiveFlags, side: number): ObjectiveOptions {
  const { layerWeights, contentLayers = {}, fuseLayers, scales, attention } = flags;
  const least = MIN_SIDE * 2 ** (scales - 1);
  if (Math.min(side, flags.paintingSize) < least) {
    throw new UsageError(
      `Expected at least ${least} pixels for ${scales} scales, got ${Math.min(side, flags.paintingSize)}.`,
    );
  }
  const styleLayers = { ...RECIPE.objective.styleLayers, ...layerWeights };
  return { styleLayers, contentLayers, fuseLayers, scales, attention };
}
