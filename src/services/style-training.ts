/** What styles are learned with where they are asked for, by the settings. */

import { join } from 'node:path';
import { type Config, decodeLimits } from '../config/config.ts';
import { availableCores } from '../host/machine.ts';
import { createStyleTrainer, type StyleTrainer } from '../training/style-trainer.ts';
import { scratchFolderOf } from './paint-services.ts';

/** As the build names it. */
const SCRIPT = 'training-process.js';

/** Whether somebody has seen to it that styles can be learned; {@link StyleTrainer.check} knows whether it works. */
export function isTrainingSetUp({ TRAINING_PHOTOS_DIR, LOSS_NETWORK }: Config): boolean {
  return TRAINING_PHOTOS_DIR !== '' && LOSS_NETWORK !== '';
}

export function trainerOf(config: Config): StyleTrainer {
  return createStyleTrainer({
    program: {
      script: join(config.DIST_DIR, SCRIPT),
      // Those that learn at the same time share the cores, and leave them to whoever paints.
      threads: Math.max(1, Math.floor(availableCores() / config.TRAINING_CONCURRENCY)),
    },
    scratchFolder: scratchFolderOf(config),
    workshop: {
      photosDir: config.TRAINING_PHOTOS_DIR,
      lossNetwork: config.LOSS_NETWORK,
      modelsDir: config.MODELS_DIR,
      threads: config.THREADS,
      limits: decodeLimits(config),
    },
  });
}
