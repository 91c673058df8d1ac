/**
 * `npm run bench:large`: time and memory of pictures of up to 100 megapixels, JPEG in and out, beside a small one.
 * `--save` keeps the figures for docs/performance.md.
 */

import { Command } from 'commander';
import sharp from 'sharp';
import { drawSample } from '../../src/images/sample.ts';
import { startProcess } from '../support/process.ts';
import { machineName, quantile, rounded, saveResults } from './report.ts';
import { mostResident } from './resident.ts';

export interface LargeResults {
  readonly machine: string;
  readonly pictures: readonly LargeResult[];
}

interface LargeResult {
  readonly width: number;
  readonly height: number;
  /** By a server that has painted nothing before. */
  readonly firstSeconds: number;
  /** In the median of those after the first one, for each megapixel. */
  readonly secondsPerMegapixel: number;
  /** Most resident memory of a new server and its children together. */
  readonly residentMegabytes: number;
}

const SIZES = [
  [512, 512],
  [1200, 800],
  [3000, 2000],
  [4000, 3000],
  [4500, 3000],
  [6000, 4000],
  [8000, 6000],
  [12_300, 8200],
] as const;

const { megapixels, save } = new Command()
  .option('--megapixels <number>', 'of the largest picture', Number, Number.POSITIVE_INFINITY)
  .option('--save', 'keep the results', false)
  .parse()
  .opts<{ megapixels: number; save: boolean }>();

/** Painted again and again until about so many pixels are, but once at least. */
const REPEATED_PIXELS = 25e6;

const PATIENT = { PORT: '0', REQUEST_TIMEOUT_MS: '600000', BODY_TIMEOUT_MS: '60000' };
const sample = await drawSample();

const pictures: LargeResult[] = [];
for (const [width, height] of SIZES) {
  if (width * height <= megapixels * 1e6) pictures.push(await measured(width, height));
}
const results: LargeResults = {
  machine: machineName(),
  pictures,
};
console.table(pictures);
if (save) await saveResults('large', results);

async function measured(width: number, height: number): Promise<LargeResult> {
  const photo = await sharp(sample).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
  const server = startProcess(PATIENT);
  const url = `${await server.url()}/v1/stylizations`;
  const mostBytes = mostResident(server.process);
  const painted = async (): Promise<number> => {
    const started = performance.now();
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: new Uint8Array(photo),
    });
    const painting = Buffer.from(await answer.arrayBuffer());
    const seconds = (performance.now() - started) / 1000;
    const found = await sharp(painting, { limitInputPixels: false }).metadata();
    if (found.width === width && found.height === height) return seconds;
    throw new Error(`Expected a painting of ${width} x ${height}: ${answer.status}`);
  };
  const firstSeconds = await painted();
  const further: number[] = [];
  // Small ones are soon over, and what else the machine does counts for more.
  const repeats = Math.max(1, Math.round(REPEATED_PIXELS / width / height));
  for (let i = 0; i < repeats; i += 1) further.push(await painted());
  const residentMegabytes = Math.round(mostBytes() / 1e6);
  server.process.kill();
  return {
    width,
    height,
    firstSeconds: rounded(firstSeconds),
    secondsPerMegapixel: Math.round((quantile(further, 0.5) / width / height) * 1e9) / 1000,
    residentMegabytes,
  };
}
