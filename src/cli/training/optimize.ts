/** `impasto optimize`: one photograph painted by the original, slow method. */

import { setImmediate } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import type { Config } from '../../config/config.ts';
import { loadTensorflow } from '../../engines/tensorflow/module.ts';
import { encode } from '../../images/encode.ts';
import { resize } from '../../images/resize.ts';
import { scaled } from '../../pictures/picture.ts';
import type { Iteration } from '../../training/optimize.ts';
import { OPTIMIZERS, type OptimizeOptions, STARTS } from '../../training/optimize-options.ts';
import { RECIPE } from '../../training/recipe.ts';
import { between, type WeighedFile, weighedFile } from '../arguments.ts';
import { formatOfPath } from '../files.ts';
import {
  checkNotOverwritten,
  checkNotTerminal,
  STANDARD,
  UsageError,
  writeOutput,
} from '../outputs.ts';
import { readLossNetwork, readPaintings, readPicture } from './data.ts';
import { type ObjectiveFlags, toObjectiveOptions, withObjectiveFlags } from './objective-flags.ts';

export interface OptimizeFlags extends ObjectiveFlags {
  readonly output: string;
  readonly iterations: number;
  readonly optimizer: OptimizeOptions['optimizer'];
  readonly learningRate: number;
  readonly start: OptimizeOptions['start'];
  readonly noise: number;
  readonly levels: number;
  readonly maxSize: number;
  readonly contentWeight: number;
  readonly styleWeight: number;
  readonly mask?: string;
  readonly seed: number;
}

export function withOptimizeFlags(command: Command, cacheDir: string): Command {
  withObjectiveFlags(
    command
      .description('Paint one photograph by optimizing its pixels (slow; needs tfjs-node).')
      .argument('<photo>', 'the photograph')
      .argument('<paintings...>', 'pictures of paintings, "a.jpg:2 b.jpg" for several', weighedFile)
      .requiredOption('-o, --output <path>', 'file to write'),
    cacheDir,
  );
  return command
    .option('--iterations <number>', 'iterations in all', between(1, 1e5, true), 300)
    .addOption(
      new Option('--optimizer <name>', 'how pixels are moved').choices(OPTIMIZERS).default('lbfgs'),
    )
    .option('--learning-rate <number>', 'of Adam', between(1e-6, 1), 0.02)
    .addOption(
      new Option('--start <picture>', 'what to begin with').choices(STARTS).default('noised'),
    )
    .option('--noise <number>', 'how far the noise reaches, 0 to 0.5', between(0, 0.5), 0.2)
    .option(
      '--levels <number>',
      'coarse to fine: sizes to paint at, each twice the one before',
      between(1, 6, true),
      1,
    )
    .option('--max-size <pixels>', 'long edge of the painting', between(32, 4096, true), 512)
    .option('--content-weight <number>', 'weight of the content loss', between(0, 1e6), 1)
    .option('--style-weight <number>', 'weight of the style loss', between(0, 1e6), 10)
    .option('--mask <file>', 'for --attention: white where shape is to be kept')
    .option('--seed <number>', 'seed of the noise', between(0, 2 ** 31, true), RECIPE.seed);
}

export async function optimizePhoto(
  path: string,
  files: readonly WeighedFile[],
  flags: OptimizeFlags,
  config: Config,
): Promise<void> {
  const format = formatOfPath({ isFolder: false, path: flags.output }, undefined) ?? 'jpeg';
  if (flags.mask !== undefined && flags.attention === 0) {
    throw new UsageError('Expected --attention above 0 beside --mask.');
  }
  checkNotTerminal(flags.output);
  const inputs = [path, ...files.map((file) => file.path), ...(flags.mask ? [flags.mask] : [])];
  await checkNotOverwritten(inputs, flags.output);
  await loadTensorflow();
  const { optimize } = await import('../../training/optimize.ts');
  const whole = await readPicture(path, config);
  const longEdge = Math.max(whole.width, whole.height);
  const photo = await resize(whole, scaled(whole, Math.min(1, flags.maxSize / longEdge)));
  const options = toOptions(flags, Math.min(photo.width, photo.height));
  const [paintings, lossNetwork, mask] = await Promise.all([
    readPaintings(files, flags.paintingSize, config),
    readLossNetwork(flags),
    flags.mask === undefined ? undefined : readPicture(flags.mask, config),
  ]);
  const data = { photo, paintings, ...(mask && { mask: await resize(mask, photo) }) };
  const say = flags.output === STANDARD ? console.error : console.log;
  const progress = createProgress(flags.iterations, say);
  let last: Iteration | undefined;
  for (const iteration of optimize(data, lossNetwork, options)) {
    last = iteration;
    progress.update(iteration);
    // Signals are heard between two iterations.
    await setImmediate();
  }
  progress.stop();
  if (last === undefined) throw new Error('The optimizer found nothing better than its start.');
  await writeOutput(flags.output, await encode(last.picture(), undefined, { format, quality: 90 }));
  say(`${flags.output}: ${last.iteration} iterations, loss ${last.total.toFixed(4)}`);
}

function toOptions(flags: OptimizeFlags, shortSide: number): OptimizeOptions {
  const { iterations, optimizer, learningRate, start, noise, levels, seed } = flags;
  const coarsest = Math.floor(shortSide / 2 ** (levels - 1));
  return {
    iterations,
    optimizer,
    learningRate,
    start,
    noise,
    levels,
    seed,
    lossWeights: {
      content: flags.contentWeight,
      style: flags.styleWeight,
      totalVariation: flags.tvWeight,
      outOfRange: RECIPE.fixedWeights.outOfRange,
    },
    objective: toObjectiveOptions(flags, coarsest),
  };
}

const BAR =
  '{bar} iteration {value}/{total} | {eta_formatted} left | content {content} style {style}';

function createProgress(iterations: number, say: (line: string) => void) {
  const bar = new SingleBar({ format: BAR, hideCursor: true }, Presets.shades_classic);
  const shown = process.stderr.isTTY === true;
  if (shown) bar.start(iterations, 0, { content: '…', style: '…' });
  return {
    update({ iteration, terms }: Iteration) {
      const [content, style] = [terms.content.toFixed(3), terms.style.toFixed(4)];
      if (shown) bar.update(iteration, { content, style });
      else if (iteration % 10 === 0 || iteration === iterations) {
        say(`iteration ${iteration}/${iterations}: content ${content}, style ${style}`);
      }
    },
    stop: () => bar.stop(),
  };
}
