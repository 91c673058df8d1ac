/** The options of `impasto train`, and the values that they give. */

import type { Command } from 'commander';
import { type GivenValues, withDefaults } from '../../training/hyperparameter.ts';
import { TRAINING, type TrainingValues } from '../../training/hyperparameters.ts';
import { between, weighedFile } from '../arguments.ts';
import { withHyperparameters } from './hyperparameter-flags.ts';
import { type LossNetworkFlags, withLossNetworkFlags } from './loss-network-flags.ts';
import type { WorkerFlags } from './workers.ts';

export interface TrainFlags extends GivenValues<typeof TRAINING>, LossNetworkFlags, WorkerFlags {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly rights: string;
  readonly photos: string;
  readonly masks?: string;
  readonly from: string;
  readonly checkpoint?: string;
  readonly checkpointEvery: number;
  readonly log?: string;
  readonly tensorboard?: string;
  readonly samples?: string;
  readonly sampleEvery: number;
}

export function withTrainFlags(command: Command, cacheDir: string): Command {
  command
    .description('Learn a style from a painting (needs tfjs-node).')
    .argument(
      '<paintings...>',
      'pictures of paintings; several make one style, "a.jpg:2 b.jpg" twice as much of the first',
      weighedFile,
    )
    .requiredOption('--photos <folder>', 'photographs to practice on');
  withLossNetworkFlags(command, cacheDir)
    .option('--masks <folder>', 'for --attention: pictures named as the photographs, white = keep')
    .option('--from <start>', 'style or .safetensors file to start from', 'starry-night');
  return withHyperparameters(command, TRAINING)
    .option('--workers <number>', 'processes that share every batch', between(1, 64, true), 1)
    .option('--rank <number>', 'which worker this process is, where you start each yourself')
    .option('--rendezvous <address>', 'where worker 0 listens, such as "tcp://10.0.0.7:5555"')
    .option('--worker-timeout <seconds>', 'longest wait for a worker', between(1, 86_400), 300)
    .option('--checkpoint <file>', 'file to save to, and to go on from where it exists')
    .option('--checkpoint-every <steps>', 'steps between savings', between(1, 1e6, true), 20)
    .option('--log <file>', 'CSV file for the losses')
    .option('--tensorboard <folder>', 'TensorBoard event files for the losses')
    .option('--samples <folder>', 'folder for sample pictures')
    .option('--sample-every <steps>', 'steps between them', between(1, 1e6, true), 50);
}

export function trainingValues(flags: TrainFlags): TrainingValues {
  return withDefaults(TRAINING, flags);
}
