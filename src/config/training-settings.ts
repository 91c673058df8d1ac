/** Settings of training by request. */

import { z } from 'zod';
import { milliseconds, whole } from './kinds.ts';

export const TRAINING_SETTINGS = {
  TRAINING_PHOTOS_DIR: z
    .string()
    .default('')
    .describe('Folder of photographs to practice on; nobody can have styles learned without.'),
  LOSS_NETWORK: z
    .string()
    .default('')
    .describe('Folder or file of VGG19, which tells how alike pictures are, for the same purpose.'),
  TRAINING_CONCURRENCY: whole(1)
    .default(1)
    .describe('Styles that this process has learned at the same time, beside other jobs.'),
  TRAINING_TIMEOUT_MS: milliseconds(1)
    .default(1_800_000)
    .describe('Longest work on learning one style.'),
};
