/** `impasto learn`: one picture -> a style, in about a minute. */

import { type Command, Option } from 'commander';
import { type Config, decodeLimits } from '../../config/config.ts';
import { calibrateLearned } from '../../training/calibrate.ts';
import { TRAINING } from '../../training/hyperparameters.ts';
import {
  QUICK_PHOTOGRAPHS,
  QUICK_STEPS,
  type QuickChoices,
  quickValues,
  spread,
} from '../../training/quick.ts';
import type { LearnRequest } from '../../training/request.ts';
import { learnStyle } from '../../training/run.ts';
import { between, styleId } from '../arguments.ts';
import {
  type LossNetworkFlags,
  lossNetworkSource,
  withLossNetworkFlags,
} from './loss-network-flags.ts';
import { trainingProgress } from './progress.ts';
import { checkpointFile, imageSource, photographSources } from './sources.ts';

export interface LearnFlags extends QuickChoices, LossNetworkFlags {
  readonly id: string;
  readonly title?: string;
  readonly artist: string;
  readonly year: string;
  readonly rights: string;
  readonly photos: string;
  readonly from?: string;
  readonly checkpoint?: string;
  readonly int8: boolean;
}

/** Steps between two savings: some seconds apart. */
const SAVE_EVERY = 10;

export function withLearnFlags(command: Command, cacheDir: string): Command {
  const { minimum, maximum } = TRAINING.styleWeight;
  command
    .description('Learn a style from any picture in about a minute (needs tfjs-node).')
    .argument('<painting>', 'the picture')
    .requiredOption('--id <id>', 'name of the style, such as "starry-night"', styleId)
    .requiredOption('--rights <text>', 'why the picture may be used')
    .option('--title <title>', 'title of the picture (the id)')
    .option('--artist <name>', 'who made it', 'Unknown')
    .option('--year <year>', 'when', 'undated')
    .addOption(
      new Option('--photos <folder>', 'photographs to practice on')
        .env('TRAINING_PHOTOS_DIR')
        .makeOptionMandatory(),
    );
  return withLossNetworkFlags(command, cacheDir)
    .option('--steps <steps>', 'training steps', between(1, 1e5, true), QUICK_STEPS)
    .option('--content-weight <number>', 'weight of the content loss', between(minimum, maximum))
    .option('--style-weight <number>', 'weight of the style loss', between(minimum, maximum))
    .option('--from <style>', 'style to start from (the one that paints most like the picture)')
    .option('--checkpoint <file>', 'file to save to, and to go on from where it exists')
    .option('--no-int8', 'leave the style in float32, without calibrating it for 8 bits');
}

export async function learnCommand(
  painting: string,
  flags: LearnFlags,
  config: Config,
  commandLine: string,
): Promise<void> {
  const request = await learnRequest(painting, flags, commandLine);
  const { steps } = request.hyperparameters;
  const published = await learnStyle(request, {
    modelsDir: config.MODELS_DIR,
    threads: config.THREADS,
    limits: decodeLimits(config),
    observers: [trainingProgress(steps)],
    checkpoint: flags.checkpoint === undefined ? undefined : checkpointFile(flags.checkpoint),
    saveEvery: SAVE_EVERY,
  });
  if (published === undefined) return;
  const { id, title } = published.manifest;
  console.log(`${id}: ${title}, after ${steps} steps; see "impasto styles"`);
  if (!flags.int8) return;
  const int8 = await calibrateLearned(published.manifest, request.photographs, {
    modelsDir: config.MODELS_DIR,
    threads: config.THREADS,
    limits: decodeLimits(config),
  });
  if (int8 === undefined) return;
  console.log(`in 8 bits: ${int8.difference.toFixed(2)} of 255, PSNR ${int8.psnr.toFixed(1)} dB`);
}

async function learnRequest(
  painting: string,
  flags: LearnFlags,
  command: string,
): Promise<LearnRequest> {
  const { id, title = id, artist, year, rights, photos, from } = flags;
  return {
    description: { id, title, artist, year, rights },
    paintings: [{ read: imageSource(painting), weight: 1 }],
    photographs: spread(await photographSources(photos), QUICK_PHOTOGRAPHS),
    lossNetwork: lossNetworkSource(flags),
    start: from === undefined ? { nearest: true } : { style: from },
    hyperparameters: quickValues(flags),
    trainer: 'impasto learn',
    command,
  };
}
