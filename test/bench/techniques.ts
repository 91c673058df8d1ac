/**
 * `npm run bench:techniques -- --paintings <first> <second> --photos <folder> --eval-photos <folder>
 * --loss-network <place>`: the same painting learned in the same number of steps with and without each
 * technique of training. `--save` keeps the figures and the pictures for docs/training.md.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import {
  type TrainFlags,
  trainingValues,
  withTrainFlags,
} from '../../src/cli/training/train-command.ts';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { availableCores } from '../../src/host/machine.ts';
import { decodePicture } from '../../src/images/decode.ts';
import { encode } from '../../src/images/encode.ts';
import { resize } from '../../src/images/resize.ts';
import { drawSample } from '../../src/images/sample.ts';
import { paint } from '../../src/network/engine.ts';
import { networkOf, type Weights } from '../../src/network/weights.ts';
import { fitted, type Picture } from '../../src/pictures/picture.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/training/checkpoint.ts';
import { lossMeasure, totalLoss } from '../../src/training/evaluation.ts';
import { alone, type Exchange } from '../../src/training/exchange.ts';
import { RECIPE, type TrainingOptions, trainingOptions } from '../../src/training/recipe.ts';
import {
  initialState,
  type StepReport,
  type TrainingState,
  train,
} from '../../src/training/trainer.ts';
import { zeromqExchange } from '../../src/training/zeromq-exchange.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { readLossNetwork, readPainting, readPhotos } from './arguments.ts';
import { rounded, saveResults } from './report.ts';
import type { TechniqueResult, TechniqueResults } from './techniques-report.ts';

interface Flags {
  readonly paintings: [string, string];
  readonly photos: string;
  readonly evalPhotos: string;
  readonly lossNetwork: string;
  readonly from: string;
  readonly run: string;
  readonly size: number;
  readonly save: boolean;
}

interface Run {
  readonly state: TrainingState;
  readonly reports: readonly StepReport[];
}

interface Technique {
  readonly name: string;
  readonly title: string;
  readonly option: string;
  /** Another way to run than in one go and one process. */
  readonly perform?: (options: TrainingOptions) => Promise<Run>;
  readonly weightsOf?: (run: Run) => Weights;
  readonly bothPaintings?: boolean;
  readonly note?: (run: Run, recipe: Run) => string;
}

const PICTURES = fileURLToPath(new URL('../../docs/images/techniques/', import.meta.url));

/** Long edge, in pixels, of photographs to practice on and of the pictures in the table. */
const PHOTO_SIZE = 384;
const SHOWN_SIZE = 288;

const LOSS_WEIGHTS = {
  content: RECIPE.contentWeight.to,
  style: RECIPE.styleWeight.to,
  ...RECIPE.fixedWeights,
};

const TECHNIQUES: readonly Technique[] = [
  { name: 'other-crops', title: 'Other crops: what chance alone does', option: '--seed 1' },
  {
    name: 'layer-weights',
    title: 'Style layers weighted, deep ones more',
    option: '--layer-weights relu1_1:0.25,relu2_1:0.5,relu4_1:2,relu5_1:4',
  },
  { name: 'fused-layers', title: 'Layers fused, shallow with deep', option: '--fuse-layers' },
  {
    name: 'content-layers',
    title: 'Content at two layers',
    option: '--content-layers relu2_1:0.3,relu3_1:0.7',
  },
  { name: 'scales', title: 'Two scales of an image pyramid', option: '--scales 2' },
  { name: 'attention', title: 'Spatial attention', option: '--attention 4' },
  {
    name: 'linear-weights',
    title: 'Content falls, style rises, linearly',
    option: '--content-weight 1.5..0.5 --style-weight 5..15',
  },
  {
    name: 'cosine-weights',
    title: 'The same along a cosine',
    option: '--content-weight 1.5..0.5 --style-weight 5..15 --weight-curve cosine',
  },
  {
    name: 'balanced-weights',
    title: 'Weights balanced by gradients',
    option: '--gradient-ratio 2',
    note: ({ state }) => `the style weight went from 10 to ${state.styleWeight.toFixed(1)}`,
  },
  {
    name: 'constant-rate',
    title: 'No warm-up, no decay of the learning rate',
    option: '--warm-up 0 --learning-rate-floor 1',
  },
  { name: 'growing-crops', title: 'From small crops to large', option: '--crop 64..160' },
  {
    name: 'bfloat16',
    title: 'Mixed precision, bfloat16',
    option: '--precision bfloat16',
    note: scaleNote,
  },
  {
    name: 'float16',
    title: 'Mixed precision, float16',
    option: '--precision float16',
    note: scaleNote,
  },
  {
    name: 'unclipped',
    title: 'Gradients not clipped',
    option: '--max-gradient-norm 1000000000',
    note: ({ reports }, recipe) => {
      const longest = Math.max(...recipe.reports.map(({ gradientNorm }) => gradientNorm));
      const cut = recipe.reports.filter(({ gradientNorm }) => gradientNorm > 1).length;
      return `the recipe shortened ${cut} of ${reports.length} gradients, the longest ${longest.toFixed(1)}`;
    },
  },
  {
    name: 'no-average',
    title: 'The last weights, not their moving average',
    option: '',
    weightsOf: ({ state }) => state.weights,
  },
  {
    name: 'two-paintings',
    title: 'Two paintings for one style',
    option: '',
    bothPaintings: true,
  },
  {
    name: 'two-workers',
    title: 'Two workers share every batch',
    option: '--workers 2',
    perform: inTwoWorkers,
    note: differenceNote,
  },
  {
    name: 'resumed',
    title: 'Stopped half-way, resumed',
    option: '--checkpoint run.safetensors',
    perform: inTwoParts,
    note: differenceNote,
  },
];

const flags = new Command()
  .requiredOption('--paintings <files...>', 'the painting to learn, and one to mix with it')
  .requiredOption('--photos <folder>', 'photographs to practice on')
  .requiredOption('--eval-photos <folder>', 'photographs to measure on')
  .requiredOption('--loss-network <place>', 'as for impasto train')
  .option('--from <style>', 'style to start from', 'starry-night')
  .option(
    '--run <options>',
    'options of every run',
    '--steps 100 --batch 2 --crop 160 --warm-up 20',
  )
  .option('--size <pixels>', 'long edge of the photographs to measure on', Number, 256)
  .option('--save', 'keep the results for the documentation', false)
  .parse()
  .opts<Flags>();

const catalog = await openCatalog(MODELS_DIR);
const start = (await catalog.load(catalog.get(flags.from))).weights;
const lossNetwork = await readLossNetwork(flags.lossNetwork);
const photos = await readPhotos(flags.photos, PHOTO_SIZE);
const evalPhotos = await readPhotos(flags.evalPhotos, flags.size);
const [first, second] = await Promise.all(flags.paintings.map(readPainting));
if (first === undefined || second === undefined) throw new Error('Expected two paintings.');
const onePainting = [{ picture: first, weight: 1 }];
const twoPaintings = [...onePainting, { picture: second, weight: 1 }];
const engine = onnxEngine({ threads: availableCores() });
const sample = await decodePicture(await drawSample(), { maxPixels: 1e6, maxPages: 1 });

const recipe = await inOneGo(optionsOf(''));
const results = [await result({ name: 'recipe', title: 'The recipe', option: '' }, recipe)];
for (const technique of TECHNIQUES) {
  const options = optionsOf(technique.option);
  const run = technique.weightsOf
    ? recipe
    : await (technique.perform ?? ((asked) => inOneGo(asked, technique.bothPaintings)))(options);
  results.push(await result(technique, run));
  console.error(JSON.stringify(results.at(-1)));
}
console.table(results.map(({ title, content, style, own }) => ({ title, content, style, ...own })));
if (flags.save) {
  const summary: TechniqueResults = {
    from: flags.from,
    run: flags.run,
    evaluated: { photographs: evalPhotos.length, size: flags.size },
    techniques: results,
  };
  await saveResults('techniques', summary);
}

function optionsOf(option: string): TrainingOptions {
  const given = ['painting', '--photos', '.', '--loss-network', '.', ...flags.run.split(' ')];
  const command = withTrainFlags(new Command(), '.');
  command.parse([...given, ...option.split(' ').filter(Boolean)], { from: 'user' });
  const asked = command.opts<TrainFlags>();
  return trainingOptions(trainingValues(asked), { masked: false, workers: asked.workers });
}

async function inOneGo(
  options: TrainingOptions,
  bothPaintings = false,
  exchange: Exchange = alone,
  from: TrainingState = initialState(start, options),
): Promise<Run> {
  const data = { photos, paintings: bothPaintings ? twoPaintings : onePainting };
  const reports: StepReport[] = [];
  let state = from;
  for await (const next of train(from, data, lossNetwork, options, exchange)) {
    state = next.state;
    reports.push(next.report);
  }
  return { state, reports };
}

async function inTwoWorkers(options: TrainingOptions): Promise<Run> {
  const shared = { size: 2, timeoutMs: 120_000 };
  const one = await zeromqExchange({ ...shared, rank: 0, address: 'tcp://127.0.0.1:*' });
  const other = await zeromqExchange({ ...shared, rank: 1, address: one.address });
  const [run] = await Promise.all([one, other].map((at) => inOneGo(options, false, at)));
  one.close();
  other.close();
  return run!;
}

/** Through a checkpoint, as after a process was killed. */
async function inTwoParts(options: TrainingOptions): Promise<Run> {
  const data = { photos, paintings: onePainting };
  let half = initialState(start, options);
  for await (const { state } of train(half, data, lossNetwork, options, alone)) {
    half = state;
    if (half.step * 2 >= options.steps) break;
  }
  return inOneGo(options, false, alone, readCheckpoint(writeCheckpoint(half)));
}

async function result(technique: Technique, run: Run): Promise<TechniqueResult> {
  const { name, title, option, note, bothPaintings } = technique;
  const weights = technique.weightsOf?.(run) ?? run.state.average;
  const painted = await paintAll(weights, [...evalPhotos, sample]);
  const asRecipe = measured(painted, RECIPE.objective, onePainting);
  const { objective } = optionsOf(option);
  const differs = JSON.stringify(objective) !== JSON.stringify(RECIPE.objective) || bothPaintings;
  if (flags.save) await keepPicture(name, painted.at(-1)!);
  return {
    name,
    title,
    option,
    content: asRecipe.content,
    style: asRecipe.style,
    ...(differs && { own: await byOwnMeasure(painted, objective, bothPaintings === true) }),
    ...(note && { note: note(run, recipe) }),
  };
}

async function byOwnMeasure(
  painted: readonly Picture[],
  objective: TrainingOptions['objective'],
  bothPaintings: boolean,
): Promise<{ recipe: number; technique: number }> {
  const paintings = bothPaintings ? twoPaintings : onePainting;
  const byRecipe = await paintAll(recipe.state.average, evalPhotos);
  return {
    recipe: measured(byRecipe, objective, paintings).total,
    technique: measured(painted, objective, paintings).total,
  };
}

function measured(
  painted: readonly Picture[],
  objective: TrainingOptions['objective'],
  paintings: typeof onePainting,
): { content: number; style: number; total: number } {
  const score = lossMeasure(lossNetwork, paintings, objective);
  const terms = evalPhotos.map((photo, i) => score(photo, painted[i]!));
  const mean = (values: number[]) =>
    rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 4);
  return {
    content: mean(terms.map(({ content }) => content)),
    style: mean(terms.map(({ style }) => style)),
    total: mean(terms.map((term) => totalLoss(term, LOSS_WEIGHTS))),
  };
}

async function paintAll(weights: Weights, pictures: readonly Picture[]): Promise<Picture[]> {
  const network = networkOf(weights);
  const session = await engine.load(network, weights);
  const painted: Picture[] = [];
  for (const picture of pictures) painted.push(await paint(session, network, picture));
  await session.close();
  return painted;
}

async function keepPicture(name: string, painting: Picture): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  const small = await resize(painting, fitted(painting, SHOWN_SIZE));
  const jpeg = await encode(small, undefined, { format: 'jpeg', quality: 85 });
  await writeFile(`${PICTURES}${name}.jpg`, jpeg);
}

function scaleNote({ state, reports }: Run): string {
  const left = reports.filter(({ skipped }) => skipped).length;
  return `${left} of ${reports.length} steps left out for overflow, loss scale ${state.lossScale.factor} at the end`;
}

function differenceNote(run: Run, other: Run): string {
  let most = 0;
  for (const [name, { data }] of run.state.weights) {
    const expected = other.state.weights.get(name)!.data;
    data.forEach((value, i) => {
      most = Math.max(most, Math.abs(value - expected[i]!));
    });
  }
  return `largest difference of a weight to the recipe’s run: ${most.toPrecision(2)}`;
}
