/**
 * `npm run bench:any-style -- --paintings <folder> --photos <folder> --practice <folder> --loss-network <place>`: what
 * `impasto learn` makes of paintings that training never saw, with the settings it has, in how long. A painting that is
 * named as a style that ships is learned as if neither that style nor the predictor, which knows it, were there, and the
 * one that ships stands beside it.
 * `--save` keeps the figures for docs/training.md.
 */

import { cp, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Command } from 'commander';
import { findPhotos } from '../../src/cli/files.ts';
import { createEngine } from '../../src/engines/create.ts';
import { paintAll } from '../../src/network/engine.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { openPredictor, PREDICTOR_FILE } from '../../src/styles/predictor.ts';
import { type LossMeasure, lossMeasure } from '../../src/training/evaluation.ts';
import { nearestStyle } from '../../src/training/nearest.ts';
import { QUICK_PHOTOGRAPHS, quickValues, spread } from '../../src/training/quick.ts';
import { RECIPE } from '../../src/training/recipe.ts';
import { learnStyle } from '../../src/training/run.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { temporary } from '../support/temporary.ts';
import { readLossNetwork, readPainting, readPhotos } from './arguments.ts';
import { machineName, mean, median, quantile, rounded, saveResults } from './report.ts';

interface Score {
  readonly content: number;
  readonly style: number;
}

export interface LearnedPainting {
  readonly name: string;
  /** Where learning began. */
  readonly from: string;
  /** With reading, publishing and all. */
  readonly seconds: number;
  readonly learned: Score;
  /** Of the style that ships, where the painting has one. */
  readonly shipped?: (Score & { readonly steps: number }) | undefined;
  /** Milliseconds that a first painting, with loading, and a later one take. */
  readonly firstMs: number;
  readonly laterMs: number;
}

export interface AnyStyleResults {
  readonly machine: string;
  readonly steps: number;
  /** Photographs that the paintings were measured on, and their long edge. */
  readonly photographs: number;
  readonly size: number;
  readonly paintings: readonly LearnedPainting[];
  readonly medians: Score & { readonly sum: number; readonly seconds: number };
  /** Content and ten times style that nine of ten paintings stay below. */
  readonly worstTenth: number;
  /** Median of the style losses over those of the styles that ship. */
  readonly overShipped?: number | undefined;
}

interface Flags {
  readonly paintings: string;
  readonly photos: string;
  readonly practice: string;
  readonly lossNetwork: string;
  readonly photographs: number;
  readonly size: number;
  readonly only: string[];
  readonly save: boolean;
}

const LIMITS = { maxPixels: 100_000_000, maxPages: 1 };
const THREADS = 2;

const flags = new Command()
  .requiredOption('--paintings <folder>', 'the paintings, those of styles that ship named as them')
  .requiredOption('--photos <folder>', 'photographs to measure on, that training never saw')
  .requiredOption('--practice <folder>', 'photographs to practice on')
  .requiredOption('--loss-network <place>', 'as for impasto learn')
  .option('--photographs <number>', 'so many to measure on', Number, 4)
  .option('--size <pixels>', 'long edge of these', Number, 384)
  .option('--only <names...>', 'these paintings only', [])
  .option('--save', 'keep the results', false)
  .parse()
  .opts<Flags>();

const values = quickValues({});
const practice = spread(
  (await findPhotos([flags.practice])).map(
    ({ path }) =>
      () =>
        readFile(path),
  ),
  QUICK_PHOTOGRAPHS,
);
const photos = (await readPhotos(flags.photos, flags.size)).slice(0, flags.photographs);
const engine = await createEngine('onnx', { threads: THREADS });
const paintings: LearnedPainting[] = [];
for (const { path } of await findPhotos([flags.paintings])) {
  const name = basename(path, extname(path));
  if (flags.only.length > 0 && !flags.only.includes(name)) continue;
  const found = await learned(name, path);
  paintings.push(found);
  console.error(JSON.stringify(found));
}
const results = summary(paintings);
console.log(JSON.stringify(results, undefined, 2));
if (flags.save) await saveResults('any-style', results);

async function learned(name: string, path: string): Promise<LearnedPainting> {
  const id = `${name}-learned`;
  const modelsDir = await modelsWithout(name);
  const begun = performance.now();
  await learnStyle(
    {
      description: {
        id,
        title: name,
        artist: 'Unknown',
        year: 'undated',
        rights: 'for a benchmark',
      },
      paintings: [{ read: () => readFile(path), weight: 1 }],
      photographs: practice,
      lossNetwork: { place: flags.lossNetwork, cacheDir: '.impasto-cache' },
      start: { nearest: true },
      hyperparameters: values,
      trainer: 'npm run bench:any-style',
    },
    { modelsDir, threads: THREADS, limits: LIMITS, saveEvery: values.steps },
  );
  const seconds = rounded((performance.now() - begun) / 1000);
  const shipped = (await openCatalog(MODELS_DIR)).styles.find((style) => style.id === name);
  return {
    name,
    from: await startOf(modelsDir, path),
    seconds,
    learned: await scoreOf(id, modelsDir, path),
    shipped: shipped && {
      ...(await scoreOf(name, MODELS_DIR, path)),
      steps: shipped.training?.steps ?? 0,
    },
    ...(await times(id, modelsDir)),
  };
}

/** Where learning begins where nobody says it. */
async function startOf(modelsDir: string, path: string): Promise<string> {
  if (await openPredictor(modelsDir)) return 'what is told at once';
  return withMeasure(path, async (measure) => {
    const style = await nearestStyle(await openCatalog(modelsDir), measure, LIMITS);
    return style.id;
  });
}

async function withMeasure<T>(
  path: string,
  work: (measure: LossMeasure) => Promise<T>,
): Promise<T> {
  const lossNetwork = await readLossNetwork(flags.lossNetwork);
  try {
    const artwork = [{ picture: await readPainting(path), weight: 1 }];
    return await work(lossMeasure(lossNetwork, artwork, RECIPE.objective));
  } finally {
    lossNetwork.dispose();
  }
}

/** The models, less what knows this painting. */
async function modelsWithout(name: string): Promise<string> {
  const folder = temporary();
  const { styles } = await openCatalog(MODELS_DIR);
  const knowing = styles.some(({ id }) => id === name) ? [name, PREDICTOR_FILE] : [];
  const left = knowing.map((each) => join(MODELS_DIR, each));
  await cp(MODELS_DIR, folder, { recursive: true, filter: (from) => !left.includes(from) });
  return folder;
}

async function scoreOf(id: string, modelsDir: string, path: string): Promise<Score> {
  const catalog = await openCatalog(modelsDir);
  const { network, weights } = await catalog.load(catalog.get(id));
  const painted = await paintAll(engine, { network, weights }, photos);
  return withMeasure(path, async (measure) => {
    const terms = photos.map((photo, i) => measure(photo, painted[i]!));
    return {
      content: rounded(mean(terms.map(({ content }) => content)), 3),
      style: rounded(mean(terms.map(({ style }) => style)), 4),
    };
  });
}

async function times(id: string, modelsDir: string) {
  const catalog = await openCatalog(modelsDir);
  const photo = photos.slice(0, 1) as [Picture];
  const begun = performance.now();
  const loaded = await catalog.load(catalog.get(id));
  const session = await engine.load(loaded.network, loaded.weights, loaded.ranges);
  await session.run(photo[0]);
  const firstMs = rounded(performance.now() - begun);
  const later: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const started = performance.now();
    await session.run(photo[0]);
    later.push(performance.now() - started);
  }
  await session.close();
  return { firstMs, laterMs: rounded(median(later)) };
}

function summary(found: readonly LearnedPainting[]): AnyStyleResults {
  const sums = found.map(({ learned: { content, style } }) => content + 10 * style);
  const ratios = found.flatMap(({ learned: { style }, shipped }) =>
    shipped ? [style / shipped.style] : [],
  );
  return {
    machine: machineName(),
    steps: values.steps,
    photographs: photos.length,
    size: flags.size,
    paintings: found,
    medians: {
      content: rounded(median(found.map(({ learned: { content } }) => content)), 3),
      style: rounded(median(found.map(({ learned: { style } }) => style)), 4),
      sum: rounded(median(sums), 2),
      seconds: rounded(median(found.map(({ seconds }) => seconds))),
    },
    worstTenth: rounded(quantile(sums, 0.9), 2),
    overShipped: ratios.length > 0 ? rounded(median(ratios), 2) : undefined,
  };
}
