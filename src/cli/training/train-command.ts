/** The options of `impasto train`. */

import { type Command, Option } from 'commander';
import { PRECISIONS } from '../../training/precision.ts';
import { RECIPE } from '../../training/recipe.ts';
import { CURVES } from '../../training/schedule.ts';
import { between, rangeBetween, weighedFile } from '../arguments.ts';
import { withObjectiveFlags } from './objective-flags.ts';

export function withTrainFlags(command: Command, cacheDir: string): Command {
  withObjectiveFlags(
    command
      .description('Learn a style from a painting (needs tfjs-node).')
      .argument(
        '<paintings...>',
        'pictures of paintings; several make one style, "a.jpg:2 b.jpg" twice as much of the first',
        weighedFile,
      )
      .requiredOption('--photos <folder>', 'photographs to practice on'),
    cacheDir,
  );
  return command
    .option('--masks <folder>', 'for --attention: pictures named as the photographs, white = keep')
    .option('--from <start>', 'style or .safetensors file to start from', 'starry-night')
    .option('--steps <number>', 'training steps', between(1, 1e6, true), RECIPE.steps)
    .option('--batch <number>', 'crops in a step', between(1, 1024, true), RECIPE.batch)
    .option(
      '--crop <pixels>',
      'side of the crops, "224" or growing, "96..224"',
      rangeBetween(32, 1024, true),
      RECIPE.crop,
    )
    .option(
      '--photo-scale <factors>',
      'how far photographs are reduced and enlarged',
      rangeBetween(0.05, 20),
      RECIPE.photoScale,
    )
    .option(
      '--ground-share <part>',
      'part of the crops laid on white, colored and dark grounds; none beside --masks',
      between(0, 1),
      RECIPE.groundShare,
    )
    .option(
      '--content-weight <number>',
      'weight of the content loss, "1" or moving, "2..1"',
      rangeBetween(0, 1e6),
      RECIPE.contentWeight,
    )
    .option(
      '--style-weight <number>',
      'weight of the style loss, "10" or moving, "5..15"',
      rangeBetween(0, 1e6),
      RECIPE.styleWeight,
    )
    .addOption(
      new Option('--weight-curve <curve>', 'how weights move')
        .choices(CURVES)
        .default(RECIPE.weightCurve),
    )
    .option(
      '--gradient-ratio <number>',
      'adapt the style weight: style pulls so many times as hard as content',
      between(1e-3, 1e3),
    )
    .option(
      '--learning-rate <number>',
      'peak of the learning rate',
      between(1e-9, 1),
      RECIPE.learningRate,
    )
    .option(
      '--warm-up <steps>',
      'steps in which the learning rate rises to its peak',
      between(0, 1e6, true),
      RECIPE.warmUp,
    )
    .option(
      '--learning-rate-floor <part>',
      'part of the learning rate left at the end, where a cosine brings it; 1 = it does not fall',
      between(0, 1),
      RECIPE.learningRateFloor,
    )
    .option(
      '--max-gradient-norm <length>',
      'gradients that are longer, taken all together, are shortened to this',
      between(1e-9, 1e9),
      RECIPE.maxGradientNorm,
    )
    .addOption(
      new Option('--precision <precision>', 'what activations and gradients are rounded to')
        .choices(PRECISIONS)
        .default(RECIPE.precision),
    )
    .option('--seed <number>', 'seed of the crops', between(0, 2 ** 31, true), RECIPE.seed)
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
