/**
 * `npm run bench:quality -- --photos <folder> --paintings <folder> --loss-network <place>`: what each
 * style's paintings of photographs score at several sizes, beside the photographs themselves and beside the
 * original, slow method, and how they look where losses do not see it. `--save` keeps the losses at 512
 * pixels in the styles' manifests, for their cards. Photographs that are smaller are enlarged.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { OPEN_TENANT } from '../../src/access/tenants.ts';
import { loadConfig } from '../../src/config/config.ts';
import { thisMachine } from '../../src/host/machine.ts';
import { decodePicture } from '../../src/images/decode.ts';
import { encode } from '../../src/images/encode.ts';
import { resize } from '../../src/images/resize.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { PAINTING_OPTIONS } from '../../src/options/stylization.ts';
import { type Picture, scaled } from '../../src/pictures/picture.ts';
import { createServices } from '../../src/services/services.ts';
import {
  MANIFEST_FILE,
  type StyleManifest,
  styleManifestSchema,
} from '../../src/styles/manifest.ts';
import { createSpans } from '../../src/telemetry/spans.ts';
import { lossMeasure, totalLoss } from '../../src/training/evaluation.ts';
import type { LossTerms } from '../../src/training/gradients.ts';
import { optimize } from '../../src/training/optimize.ts';
import type { OptimizeOptions } from '../../src/training/optimize-options.ts';
import { RECIPE } from '../../src/training/recipe.ts';
import { DIST_DIR } from '../support/dist.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { type Appearance, appearanceOf, flatAreas } from './appearance.ts';
import { paintingOf, readLossNetwork, readPainting, readPhotos } from './arguments.ts';
import { rounded } from './report.ts';
import { FIRST_CANVAS, type Scale, scaleOf } from './scale.ts';

type Quality = NonNullable<StyleManifest['quality']>;
type Iterations = NonNullable<Quality['iterations']>;

interface Flags {
  readonly photos: string;
  readonly paintings: string;
  readonly lossNetwork: string;
  readonly styles: string[];
  readonly sizes: number[];
  readonly photographs: number;
  readonly iterations: number;
  readonly wholeRuns: number;
  readonly save: boolean;
}

const DEFAULT_SIZES = [512, 1024, 4096];

/** The size whose losses stand in a style's card. */
const CARD_SIZE = 512;

/** Long edge of the largest photographs. */
const LARGEST = 8192;

/** Long edge of what the loss network is shown. */
const MAX_SEEN = 1024;

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
  .option('--sizes <pixels...>', 'long edges of the photographs', numbers, DEFAULT_SIZES)
  .option('--photographs <number>', 'so many of them at most', Number, 100)
  .option('--iterations <number>', 'most iterations of the slow method; 0 for none', Number, 300)
  .option('--whole-runs <number>', 'styles for which it goes on to the last one', Number, 3)
  .option('--save', 'keep the results in the manifests', false)
  .parse()
  .opts<Flags>();

const config = loadConfig(
  { ...process.env, LOG_LEVEL: 'silent', RESULTS_MAX_BYTES: '0' },
  { modelsDir: MODELS_DIR, distDir: DIST_DIR, ...thisMachine() },
);
const services = await createServices(config);
const { catalog } = services;
const lossNetwork = await readLossNetwork(flags.lossNetwork);
const originals = (await readPhotos(flags.photos, LARGEST)).slice(0, flags.photographs);
const chosen = flags.styles.length > 0 ? flags.styles : catalog.styles.map(({ id }) => id);

interface Result {
  readonly id: string;
  readonly quality: Quality;
  readonly appearance: Appearance;
  /** Of a size that is painted coarse to fine. */
  readonly scale: Scale | undefined;
}

const results: Result[] = [];
for (const [i, id] of chosen.entries()) {
  for (const size of flags.sizes) {
    const result = await measure(id, size, i < flags.wholeRuns);
    results.push(result);
    const { content, style } = result.quality;
    console.error(`${id}, ${size} px: content ${content}, style ${style}`);
    if (flags.save && size === CARD_SIZE) await keep(result);
  }
}
printResults();
await services.close();

/** Losses and looks of one style at one size. */
async function measure(id: string, size: number, wholeRun: boolean): Promise<Result> {
  const artwork = await readPainting(await paintingOf(id, flags.paintings));
  const paintings = [{ picture: artwork, weight: 1 }];
  const score = lossMeasure(lossNetwork, paintings, RECIPE.objective);
  const areas = flatAreas();
  const [painted, untouched]: [LossTerms[], LossTerms[]] = [[], []];
  for (const original of originals) {
    const photo = await atLongEdge(original, size);
    const painting = await paint(id, photo);
    areas.add(photo, painting);
    painted.push(score(seen(photo), seen(painting)));
    untouched.push(score(seen(photo), seen(photo)));
  }
  const atLeast = wholeRun ? flags.iterations : 0;
  const withIterations = size === CARD_SIZE && flags.iterations > 0;
  const first = withIterations ? await atLongEdge(originals[0]!, size) : undefined;
  return {
    id,
    quality: {
      photographs: originals.length,
      size,
      lossNetwork: lossNetwork.name,
      content: mean(painted.map(({ content }) => content)),
      style: mean(painted.map(({ style }) => style)),
      photographStyle: mean(untouched.map(({ style }) => style)),
      ...(first && {
        iterations: iterationsWorth(
          first,
          totalLoss(painted[0]!, LOSS_WEIGHTS),
          paintings,
          atLeast,
        ),
      }),
    },
    appearance: await appearanceOf(areas, artwork, size, (photo) => paint(id, photo)),
    scale:
      size > FIRST_CANVAS
        ? await scaleOf(await atLongEdge(originals[0]!, size), (photo, detail) =>
            paint(id, photo, detail),
          )
        : undefined,
  };
}

/** As the service paints it. */
async function paint(id: string, photo: Picture, detail?: number): Promise<Picture> {
  const file = await encode(photo, undefined, { format: 'png', quality: undefined });
  const options = {
    ...defaultsOf(PAINTING_OPTIONS),
    style: parseStyleMix(id),
    ...(detail !== undefined && { detail }),
  };
  const { signal } = new AbortController();
  const painting = await services.of(OPEN_TENANT).stylizer.stylize(file, options, {
    signal,
    spans: createSpans(),
    formats: ['png'],
  });
  return decodePicture(painting.bytes, { maxPixels: LARGEST ** 2, maxPages: 1 });
}

function atLongEdge(photo: Picture, longEdge: number): Promise<Picture> {
  return resize(photo, scaled(photo, longEdge / Math.max(photo.width, photo.height)));
}

/** The middle of a picture that the loss network could not see as a whole. */
function seen({ width, height, data }: Picture): Picture {
  const [columns, rows] = [Math.min(width, MAX_SEEN), Math.min(height, MAX_SEEN)];
  const [left, top] = [(width - columns) >> 1, (height - rows) >> 1];
  const middle = new Uint8Array(columns * rows * 3);
  for (let y = 0; y < rows; y += 1) {
    const from = ((top + y) * width + left) * 3;
    middle.set(data.subarray(from, from + columns * 3), y * columns * 3);
  }
  return { width: columns, height: rows, data: middle };
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
  for (const step of optimize({ photo, paintings }, lossNetwork, options())) {
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

function options(): OptimizeOptions {
  return {
    iterations: flags.iterations,
    optimizer: 'lbfgs',
    learningRate: 0,
    start: 'photo',
    noise: 0,
    levels: 1,
    lossWeights: LOSS_WEIGHTS,
    objective: RECIPE.objective,
    seed: RECIPE.seed,
  };
}

async function keep({ id, quality }: Result): Promise<void> {
  const path = join(MODELS_DIR, id, MANIFEST_FILE);
  const manifest = styleManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  await writeFile(path, `${JSON.stringify({ ...manifest, quality }, null, 2)}\n`);
}

function printResults(): void {
  console.table(results.map(row));
  const looks = ['flatEnergy', 'lattice', 'halo', 'frame'] as const;
  for (const size of flags.sizes) {
    const found = results.filter(({ quality }) => quality.size === size);
    const losses = (['content', 'style'] as const).map(
      (loss) =>
        `${loss} ${median(
          found.map(({ quality }) => quality[loss]),
          4,
        )}`,
    );
    const medians = looks.map(
      (look) => `${look} ${median(found.map(({ appearance }) => appearance[look]))}`,
    );
    const scales = (['difference', 'sharpness'] as const).map(
      (part) => `${part} ${median(found.map(({ scale }) => scale?.[part] ?? Number.NaN))}`,
    );
    const all = [...losses, ...medians, ...(size > FIRST_CANVAS ? scales : [])];
    console.log(`Medians over the styles, ${size} px: ${all.join(', ')}.`);
  }
  console.log('The slow method on one photograph (content, style):');
  console.table(
    results
      .filter(({ quality }) => (quality.iterations?.losses.length ?? 0) > 0)
      .map(({ id, quality: { iterations } }) => ({
        style: id,
        ...Object.fromEntries(iterations!.losses.map(([at, ...terms]) => [at, terms.join(', ')])),
      })),
  );
}

function row({ id, quality, appearance, scale }: Result) {
  return {
    style: id,
    pixels: quality.size,
    content: quality.content,
    'style loss': quality.style,
    'of the photographs': quality.photographStyle,
    'iterations worth': quality.iterations?.equal,
    'flat energy': rounded(appearance.flatEnergy, 2),
    lattice: rounded(appearance.lattice, 1),
    halo: rounded(appearance.halo, 1),
    frame: rounded(appearance.frame, 1),
    ...(scale && {
      'reduced, from the small one': rounded(scale.difference, 1),
      'sharpness of one at once': rounded(scale.sharpness, 2),
    }),
  };
}

function median(values: readonly number[], places = 2): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return rounded(sorted[sorted.length >> 1] ?? Number.NaN, places);
}

/** One of several values of an option. */
function numbers(text: string, before: unknown): number[] {
  return [...(Array.isArray(before) && before !== DEFAULT_SIZES ? before : []), Number(text)];
}

function mean(values: readonly number[]): number {
  return rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 4);
}
