/**
 * `npm run bench:quality -- --photos <folder> --paintings <folder> --loss-network <place>`: what each
 * style's paintings of photographs score, beside the photographs themselves and beside the original,
 * slow method. `--save` keeps it in the styles' manifests, for their cards.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { paint } from '../../src/core/engine.ts';
import type { Picture } from '../../src/core/picture.ts';
import { availableCores } from '../../src/engines/machine.ts';
import { onnxEngine } from '../../src/engines/onnx.ts';
import { type Catalogue, openCatalogue } from '../../src/styles/catalogue.ts';
import {
  MANIFEST_FILE,
  type StyleManifest,
  styleManifestSchema,
} from '../../src/styles/manifest.ts';
import { totalLoss, yardstick } from '../../src/training/evaluation.ts';
import { optimise } from '../../src/training/optimise.ts';
import type { OptimiseOptions } from '../../src/training/optimise-options.ts';
import { RECIPE } from '../../src/training/recipe.ts';
import { paintingOf, readLossNetwork, readPainting, readPhotos } from './arguments.ts';
import { rounded } from './report.ts';

type Quality = NonNullable<StyleManifest['quality']>;
type Iterations = NonNullable<Quality['iterations']>;

interface Flags {
  readonly photos: string;
  readonly paintings: string;
  readonly lossNetwork: string;
  readonly styles: string[];
  readonly size: number;
  readonly iterations: number;
  readonly wholeRuns: number;
  readonly save: boolean;
}

const MODELS_DIR = fileURLToPath(new URL('../../models', import.meta.url));

/** Iterations at which the slow method's losses are written down. */
const MILESTONES = [50, 100, 200, 300];

const LOSS_WEIGHTS = {
  content: RECIPE.contentWeight.to,
  style: RECIPE.styleWeight.to,
  ...RECIPE.fixedWeights,
};

const flags = new Command()
  .requiredOption('--photos <folder>', 'photographs that training never saw')
  .requiredOption('--paintings <folder>', 'the paintings, named as the styles')
  .requiredOption('--loss-network <place>', 'as for impasto train')
  .option('--styles <ids...>', 'these styles only', [])
  .option('--size <pixels>', 'long edge of the photographs', Number, 512)
  .option('--iterations <number>', 'most iterations of the slow method', Number, 300)
  .option('--whole-runs <number>', 'styles for which it goes on to the last one', Number, 3)
  .option('--save', 'keep the results in the manifests', false)
  .parse()
  .opts<Flags>();

const catalogue = await openCatalogue(MODELS_DIR);
const lossNetwork = await readLossNetwork(flags.lossNetwork);
const photos = await readPhotos(flags.photos, flags.size);
const chosen = flags.styles.length > 0 ? flags.styles : catalogue.styles.map(({ id }) => id);

const results: ({ id: string } & Quality)[] = [];
for (const [i, id] of chosen.entries()) {
  const quality = await measure(id, i < flags.wholeRuns);
  results.push({ id, ...quality });
  console.error(`${id}: content ${quality.content}, style ${quality.style}`);
  if (flags.save) await keep(id, quality);
}
printResults();

async function measure(id: string, wholeRun: boolean): Promise<Quality> {
  const painting = await readPainting(await paintingOf(id, flags.paintings));
  const paintings = [{ picture: painting, weight: 1 }];
  const score = yardstick(lossNetwork, paintings, RECIPE.objective);
  const painted = await paintAll(catalogue, id, photos);
  const terms = photos.map((photo, i) => score(photo, painted[i]!));
  const untouched = photos.map((photo) => score(photo, photo));
  const totals = terms.map((term) => totalLoss(term, LOSS_WEIGHTS));
  const atLeast = wholeRun ? flags.iterations : 0;
  return {
    photographs: photos.length,
    size: flags.size,
    lossNetwork: lossNetwork.name,
    content: mean(terms.map(({ content }) => content)),
    style: mean(terms.map(({ style }) => style)),
    photographStyle: mean(untouched.map(({ style }) => style)),
    iterations: iterationsWorth(photos[0]!, totals[0]!, paintings, atLeast),
  };
}

async function paintAll(styles: Catalogue, id: string, pictures: Picture[]): Promise<Picture[]> {
  const { network, weights } = await styles.load(styles.get(id));
  const session = await onnxEngine({ threads: availableCores() }).load(network, weights);
  const painted: Picture[] = [];
  for (const picture of pictures) painted.push(await paint(session, network, picture));
  await session.close();
  return painted;
}

/** Runs the slow method until it is as good as `target`, and at least so many iterations. */
function iterationsWorth(
  photo: Picture,
  target: number,
  paintings: readonly { readonly picture: Picture; readonly weight: number }[],
  atLeast: number,
): Iterations {
  const losses: Iterations['losses'] = [];
  let equal: number | undefined;
  let run = 0;
  for (const step of optimise({ photo, paintings }, lossNetwork, options())) {
    const { iteration, terms, total } = step;
    run = iteration;
    if (total <= target) equal ??= iteration;
    if (MILESTONES.includes(iteration)) {
      losses.push([iteration, rounded(terms.content, 4), rounded(terms.style, 4)]);
    }
    if (equal !== undefined && iteration >= atLeast) break;
  }
  return { photographs: 1, ...(equal && { equal }), run, losses };
}

function options(): OptimiseOptions {
  return {
    iterations: flags.iterations,
    optimiser: 'lbfgs',
    learningRate: 0,
    start: 'photo',
    noise: 0,
    levels: 1,
    lossWeights: LOSS_WEIGHTS,
    objective: RECIPE.objective,
    seed: RECIPE.seed,
  };
}

async function keep(id: string, quality: Quality): Promise<void> {
  const path = join(MODELS_DIR, id, MANIFEST_FILE);
  const manifest = styleManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  await writeFile(path, `${JSON.stringify({ ...manifest, quality }, null, 2)}\n`);
}

function printResults(): void {
  console.table(
    results.map(({ id, content, style, photographStyle, iterations }) => ({
      style: id,
      'content loss': content,
      'style loss': style,
      'style loss of the photographs': photographStyle,
      'iterations worth': iterations?.equal,
    })),
  );
  console.log(`The slow method on one photograph, ${flags.size} px (content, style):`);
  console.table(
    results
      .filter(({ iterations }) => (iterations?.losses.length ?? 0) > 0)
      .map(({ id, iterations }) => ({
        style: id,
        ...Object.fromEntries(iterations!.losses.map(([at, ...terms]) => [at, terms.join(', ')])),
      })),
  );
}

function mean(values: readonly number[]): number {
  return rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 4);
}
