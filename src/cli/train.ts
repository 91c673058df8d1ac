/** `impasto train`: a painting -> a style that ships. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { Config } from '../config.ts';
import { type Picture, scaled } from '../core/picture.ts';
import { readSafetensors } from '../core/safetensors.ts';
import type { Weights } from '../core/weights.ts';
import { createEngine } from '../engines/create.ts';
import { loadTensorflow } from '../engines/tensorflow-module.ts';
import { decodePicture } from '../images/decode.ts';
import { resize } from '../images/resize.ts';
import { openCatalogue } from '../styles/catalogue.ts';
import { importStyle } from '../styles/import.ts';
import type { StyleManifest } from '../styles/manifest.ts';
import { RECIPE, type TrainingOptions } from '../training/recipe.ts';
import type { StepReport, TrainingState } from '../training/trainer.ts';
import { findPhotos } from './files.ts';

export interface TrainFlags {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly rights: string;
  readonly photos: string;
  readonly lossNetwork: string;
  readonly from: string;
  readonly steps: number;
  readonly batch: number;
  readonly crop: number;
  readonly paintingSize: number;
  readonly contentWeight: number;
  readonly styleWeight: number;
  readonly tvWeight: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly checkpoint?: string;
  readonly checkpointEvery: number;
  readonly log?: string;
}

/** Files of the loss network's folder. */
const VGG_FILE = 'vgg19_conv1_1-conv3_4.safetensors';
const DISTILLED_FILE = 'distilled_vgg19_5SE.safetensors';

/** Photographs are brought to this short side, from which crops are taken. */
const PHOTO_SIZE = 288;

export async function trainStyle(path: string, flags: TrainFlags, config: Config): Promise<void> {
  await loadTensorflow();
  const [{ hybridLossNetwork }, { initialState, train }, { readCheckpoint, writeCheckpoint }] =
    await Promise.all([
      import('../training/loss-network.ts'),
      import('../training/trainer.ts'),
      import('../training/checkpoint.ts'),
    ]);
  const [painting, photos, vgg, distilled, resumed] = await Promise.all([
    readPicture(path, flags.paintingSize, config),
    readPhotos(flags.photos, config),
    readWeights(join(flags.lossNetwork, VGG_FILE)),
    readWeights(join(flags.lossNetwork, DISTILLED_FILE)),
    flags.checkpoint === undefined ? undefined : readFile(flags.checkpoint).catch(missingFile),
  ]);
  let state = resumed
    ? readCheckpoint(resumed)
    : initialState(await startingWeights(flags.from, config));

  const options = toOptions(flags);
  const log = createLog();
  const progress = createProgress(options.steps, state.step);
  const run = train(state, { photos, painting }, hybridLossNetwork(vgg, distilled), options);
  const save = async () => {
    if (flags.checkpoint) await replaceFile(flags.checkpoint, writeCheckpoint(state));
    if (flags.log) await writeFile(flags.log, log.csv());
  };
  try {
    for (const { state: next, report } of run) {
      state = next;
      log.add(report);
      progress.update(report);
      if (report.step % flags.checkpointEvery === 0) await save();
    }
  } finally {
    progress.stop();
    await save();
  }
  await publish(state, flags, log.last(), config);
}

async function publish(
  { average }: TrainingState,
  flags: TrainFlags,
  last: StepReport | undefined,
  config: Config,
): Promise<void> {
  const { id, title, artist, year, rights, steps, batch, crop } = flags;
  const training: StyleManifest['training'] = {
    steps,
    batch,
    crop,
    contentWeight: flags.contentWeight,
    styleWeight: flags.styleWeight,
    tvWeight: flags.tvWeight,
    learningRate: flags.learningRate,
    ...(last && {
      lastLogged: { step: last.step, content: last.terms.content, style: last.terms.style },
    }),
  };
  const description = { id, title, artist, year, rights, training };
  const engine = await createEngine('onnx', { threads: config.THREADS });
  await importStyle(average, description, config.MODELS_DIR, engine);
  console.log(`${id}: ${title}, after ${steps} steps`);
}

function toOptions(flags: TrainFlags): TrainingOptions {
  const { steps, batch, crop, learningRate, seed } = flags;
  const lossWeights = {
    content: flags.contentWeight,
    style: flags.styleWeight,
    totalVariation: flags.tvWeight,
    outOfRange: RECIPE.lossWeights.outOfRange,
  };
  return { steps, batch, crop, learningRate, seed, lossWeights };
}

async function readPicture(path: string, short: number, config: Config): Promise<Picture> {
  const file = await readFile(path);
  const limits = { maxPixels: config.MAX_PIXELS, maxPages: config.MAX_PAGES };
  const picture = await decodePicture(file, limits);
  return resize(picture, scaled(picture, short / Math.min(picture.width, picture.height)));
}

async function readPhotos(folder: string, config: Config): Promise<Picture[]> {
  const photos: Picture[] = [];
  for (const path of await findPhotos([folder])) {
    photos.push(await readPicture(path, PHOTO_SIZE, config));
  }
  return photos;
}

async function readWeights(path: string): Promise<Weights> {
  return readSafetensors(await readFile(path));
}

/** A style of the catalogue, or a safetensors file. */
async function startingWeights(from: string, config: Config): Promise<Weights> {
  if (from.endsWith('.safetensors')) return readWeights(from);
  const catalogue = await openCatalogue(config.MODELS_DIR);
  return (await catalogue.load(catalogue.get(from))).weights;
}

function missingFile(error: unknown): undefined {
  if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
  throw error;
}

/** All of it or what was there before. */
async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

function createLog() {
  const columns =
    'step,total,content,style,total_variation,out_of_range,gradient_norm,learning_rate';
  const reports: StepReport[] = [];
  return {
    add: (report: StepReport) => reports.push(report),
    last: () => reports.at(-1),
    csv: () => [columns, ...reports.map(csvRow)].map((line) => `${line}\n`).join(''),
  };
}

function csvRow({ step, terms, gradientNorm, learningRate }: StepReport): string {
  const { total, content, style, totalVariation, outOfRange } = terms;
  return [
    step,
    total,
    content,
    style,
    totalVariation,
    outOfRange,
    gradientNorm,
    learningRate,
  ].join();
}

const BAR = '{bar} step {value}/{total} | {eta_formatted} left | content {content} style {style}';

function createProgress(steps: number, done: number) {
  const bar = new SingleBar({ format: BAR, hideCursor: true }, Presets.shades_classic);
  const shown = process.stderr.isTTY === true;
  if (shown) bar.start(steps, done, { content: '…', style: '…' });
  return {
    update({ step, terms }: StepReport) {
      const [content, style] = [terms.content.toFixed(3), terms.style.toFixed(4)];
      if (shown) bar.update(step, { content, style });
      else console.log(`step ${step}/${steps}: content ${content}, style ${style}`);
    },
    stop: () => bar.stop(),
  };
}
