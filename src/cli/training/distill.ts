/** `impasto distill`: gives styles a lighter network each. */

import type { Command } from 'commander';
import { type Config, decodeLimits } from '../../config/config.ts';
import { distillStyles } from '../../training/distill-run.ts';
import { type GivenValues, withDefaults } from '../../training/hyperparameter.ts';
import { DISTILLATION } from '../../training/hyperparameters.ts';
import { withHyperparameters } from './hyperparameter-flags.ts';
import { photographSources } from './sources.ts';

export interface DistillFlags extends GivenValues<typeof DISTILLATION> {
  readonly photos: string;
  readonly check: string;
}

/** Steps between two lines about a run. */
const REPORT_EVERY = 50;

export function withDistillFlags(command: Command): Command {
  command
    .description('Give styles a lighter network that paints alike (needs tfjs-node).')
    .argument('[styles...]', 'styles; all where none is named')
    .requiredOption('--photos <folder>', 'photographs to practice on')
    .requiredOption('--check <folder>', 'other photographs, to measure the difference on');
  return withHyperparameters(command, DISTILLATION);
}

/** All styles where none is named; the first one's network is where those after it begin. */
export async function distillCommand(
  styles: readonly string[],
  flags: DistillFlags,
  config: Config,
): Promise<void> {
  const hyperparameters = withDefaults(DISTILLATION, flags);
  const photographs = await photographSources(flags.photos);
  const check = await photographSources(flags.check);
  const { steps } = hyperparameters;
  await distillStyles(
    { styles, photographs, check, hyperparameters },
    {
      modelsDir: config.MODELS_DIR,
      threads: config.THREADS,
      limits: decodeLimits(config),
      onStep(style, { step, difference }) {
        if (step % REPORT_EVERY !== 0) return;
        console.error(`${style}: step ${step}/${steps}, ${difference.toFixed(2)} of 255`);
      },
      onStyle(style, { difference, psnr }) {
        console.log(`${style}: ${difference.toFixed(2)} of 255, PSNR ${psnr.toFixed(1)} dB`);
      },
    },
  );
}
