/** `impasto optimize`: one photograph painted by the original, slow method. */

import type { Command } from 'commander';
import { type Config, decodeLimits } from '../../config/config.ts';
import { encode } from '../../images/encode.ts';
import { type GivenValues, withDefaults } from '../../training/hyperparameter.ts';
import { OPTIMIZATION } from '../../training/hyperparameters.ts';
import { optimizePicture } from '../../training/optimize-run.ts';
import { type WeighedFile, weighedFile } from '../arguments.ts';
import { formatOfPath } from '../destinations.ts';
import { checkNotOverwritten, checkNotTerminal, STANDARD, writeOutput } from '../outputs.ts';
import { asUsageError, withHyperparameters } from './hyperparameter-flags.ts';
import {
  type LossNetworkFlags,
  lossNetworkSource,
  withLossNetworkFlags,
} from './loss-network-flags.ts';
import { optimizeProgress } from './progress.ts';
import { imageSource, paintingSources } from './sources.ts';

export interface OptimizeFlags extends GivenValues<typeof OPTIMIZATION>, LossNetworkFlags {
  readonly output: string;
  readonly mask?: string;
}

/** Of JPEG, WebP and AVIF files. */
const QUALITY = 90;

export function withOptimizeFlags(command: Command, cacheDir: string): Command {
  command
    .description('Paint one photograph by optimizing its pixels (slow; needs tfjs-node).')
    .argument('<photo>', 'the photograph')
    .argument('<paintings...>', 'pictures of paintings, "a.jpg:2 b.jpg" for several', weighedFile)
    .requiredOption('-o, --output <path>', 'file to write');
  withLossNetworkFlags(command, cacheDir).option(
    '--mask <file>',
    'for --attention: white where shape is to be kept',
  );
  return withHyperparameters(command, OPTIMIZATION);
}

export async function optimizePhoto(
  path: string,
  files: readonly WeighedFile[],
  flags: OptimizeFlags,
  config: Config,
): Promise<void> {
  const { output, mask } = flags;
  const format = output === STANDARD ? 'jpeg' : formatOfPath(output);
  checkNotTerminal(output);
  const inputs = [path, ...files.map((file) => file.path), ...(mask ? [mask] : [])];
  await checkNotOverwritten(inputs, output);
  const hyperparameters = withDefaults(OPTIMIZATION, flags);
  const say = output === STANDARD ? console.error : console.log;
  const progress = optimizeProgress(hyperparameters.iterations, say);
  const request = {
    photograph: imageSource(path),
    mask: mask === undefined ? undefined : imageSource(mask),
    paintings: paintingSources(files),
    lossNetwork: lossNetworkSource(flags),
    hyperparameters,
  };
  const { picture, iteration } = await optimizePicture(request, {
    limits: decodeLimits(config),
    onIteration: progress.update,
  })
    .finally(progress.stop)
    .catch(asUsageError);
  await writeOutput(output, await encode(picture, undefined, { format, quality: QUALITY }));
  say(`${output}: ${iteration.iteration} iterations, loss ${iteration.total.toFixed(4)}`);
}
