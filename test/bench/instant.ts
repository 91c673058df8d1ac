/**
 * `npm run bench:instant -- --paintings <folder> --photos <folder> --loss-network <place>`: how styles that are told at once
 * paint that no training has seen, and what a server does with many different pictures to paint like: how long a first and
 * a later painting take, what others wait meanwhile, and memory. `--save` keeps the figures for docs/training.md.
 */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { Command } from 'commander';
import { findPhotos } from '../../src/cli/files.ts';
import { createEngine } from '../../src/engines/create.ts';
import { paintAll } from '../../src/network/engine.ts';
import { networkOf } from '../../src/network/weights.ts';
import { lossMeasure } from '../../src/training/evaluation.ts';
import { predictedStart } from '../../src/training/predicted-start.ts';
import { RECIPE } from '../../src/training/recipe.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { jpeg } from '../support/pictures.ts';
import { type Started, startProcess } from '../support/process.ts';
import { readLossNetwork, readPainting, readPhotos } from './arguments.ts';
import { samplePhoto } from './http.ts';
import { machineName, mean, median, quantile, rounded, saveResults } from './report.ts';
import { mostResident } from './resident.ts';

export interface ToldPainting {
  readonly name: string;
  readonly content: number;
  readonly style: number;
  /** Content and ten times style. */
  readonly sum: number;
}

export interface InstantResults {
  readonly machine: string;
  /** Photographs that the paintings were measured on, and their long edge. */
  readonly photographs: number;
  readonly size: number;
  readonly paintings: readonly ToldPainting[];
  readonly meanSum: number;
  readonly medianSum: number;
  readonly served: {
    /** Different pictures to paint like. */
    readonly pictures: number;
    readonly firstMs: number;
    readonly laterMs: number;
    /** What a caller with a style that ships waits. */
    readonly othersAloneP99Ms: number;
    readonly othersBesideP99Ms: number;
    readonly residentMegabytesAtTenth: number;
    readonly residentMegabytes: number;
  };
}

interface Flags {
  readonly paintings: string;
  readonly photos: string;
  readonly lossNetwork: string;
  readonly photographs: number;
  readonly size: number;
  readonly pictures: number;
  readonly save: boolean;
}

const LIMITS = { maxPixels: 100_000_000, maxPages: 1 };
const THREADS = 2;
const STYLE_PICTURE = { width: 640, height: 480 };

const flags = new Command()
  .requiredOption('--paintings <folder>', 'paintings that the predictor never saw')
  .requiredOption('--photos <folder>', 'photographs to measure on, that training never saw')
  .requiredOption('--loss-network <place>', 'as for impasto learn')
  .option('--photographs <number>', 'so many to measure on', Number, 4)
  .option('--size <pixels>', 'long edge of these', Number, 384)
  .option('--pictures <number>', 'different pictures that the server is sent', Number, 1000)
  .option('--save', 'keep the results', false)
  .parse()
  .opts<Flags>();

const paintings = await toldPaintings();
const sums = paintings.map(({ sum }) => sum);
const results: InstantResults = {
  machine: machineName(),
  photographs: flags.photographs,
  size: flags.size,
  paintings,
  meanSum: rounded(mean(sums), 2),
  medianSum: rounded(median(sums), 2),
  served: await served(),
};
console.log(JSON.stringify(results, undefined, 2));
if (flags.save) await saveResults('instant', results);

async function toldPaintings(): Promise<ToldPainting[]> {
  const photos = (await readPhotos(flags.photos, flags.size)).slice(0, flags.photographs);
  const engine = await createEngine('onnx', { threads: THREADS });
  const lossNetwork = await readLossNetwork(flags.lossNetwork);
  const found: ToldPainting[] = [];
  for (const { path } of await findPhotos([flags.paintings])) {
    const place = { modelsDir: MODELS_DIR, threads: THREADS, limits: LIMITS };
    const weights = await predictedStart(() => readFile(path), place);
    if (weights === undefined) throw new Error(`Expected a predictor in ${MODELS_DIR}.`);
    const painted = await paintAll(engine, { network: networkOf(weights), weights }, photos);
    const artwork = [{ picture: await readPainting(path), weight: 1 }];
    const measure = lossMeasure(lossNetwork, artwork, RECIPE.objective);
    const terms = photos.map((photo, i) => measure(photo, painted[i]!));
    const content = mean(terms.map((term) => term.content));
    const style = mean(terms.map((term) => term.style));
    found.push({
      name: basename(path, extname(path)),
      content: rounded(content, 3),
      style: rounded(style, 4),
      sum: rounded(content + 10 * style, 2),
    });
    console.error(JSON.stringify(found.at(-1)));
  }
  lossNetwork.dispose();
  return found;
}

async function served(): Promise<InstantResults['served']> {
  const server = startProcess({ PORT: '0', LOG_LEVEL: 'info' });
  const url = await server.url();
  const photo = await samplePhoto();
  try {
    return await sendAll(server, `${url}/v1/stylizations`, photo);
  } finally {
    server.process.kill();
    await once(server.process, 'exit');
  }
}

async function sendAll(
  { process: child }: Started,
  url: string,
  photo: Buffer,
): Promise<InstantResults['served']> {
  const { width, height } = STYLE_PICTURE;
  const like = async (seed: number) => {
    const form = new FormData();
    form.append('image', new Blob([Uint8Array.from(photo)]), 'photo.jpg');
    form.append(
      'style_image',
      new Blob([Uint8Array.from(await jpeg(width, height, seed))]),
      'a.jpg',
    );
    return timed(url, { method: 'POST', body: form });
  };
  const other = () =>
    timed(`${url}?style=udnie`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: Uint8Array.from(photo),
    });
  for (let i = 0; i < 5; i += 1) await Promise.all([like(0), other()]);
  const alone: number[] = [];
  for (let i = 0; i < 200; i += 1) alone.push(await other());
  const [beside, first, later]: [number[], number[], number[]] = [[], [], []];
  let isOver = false;
  const others = (async () => {
    while (!isOver) beside.push(await other());
  })();
  const residentOf = mostResident(child);
  const begun = mostResident(child);
  let atTenth = 0;
  for (let seed = 1; seed <= flags.pictures; seed += 1) {
    first.push(await like(seed));
    later.push(await like(seed));
    if (seed === Math.ceil(flags.pictures / 10)) atTenth = begun();
  }
  isOver = true;
  await others;
  return {
    pictures: flags.pictures,
    firstMs: rounded(median(first)),
    laterMs: rounded(median(later)),
    othersAloneP99Ms: rounded(quantile(alone, 0.99)),
    othersBesideP99Ms: rounded(quantile(beside, 0.99)),
    residentMegabytesAtTenth: Math.round(atTenth / 1e6),
    residentMegabytes: Math.round(residentOf() / 1e6),
  };
}

async function timed(url: string, request: RequestInit): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(url, request);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`Expected a painting, got ${answer.status}.`);
  return performance.now() - begun;
}
