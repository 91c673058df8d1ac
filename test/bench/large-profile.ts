/**
 * `npm run bench:large-profile`: where the processor's time goes when a picture of 12 megapixels is painted, JPEG to
 * JPEG, step by step, and in its strips operator by operator. `--save` keeps the figures for docs/performance.md.
 */

import { tmpdir } from 'node:os';
import { Command } from 'commander';
import sharp from 'sharp';
import { NEVER } from '../../src/concurrency/deadline.ts';
import { decodePicture } from '../../src/images/decode.ts';
import { readHeader } from '../../src/images/header.ts';
import { resize } from '../../src/images/resize.ts';
import { drawSample } from '../../src/images/sample.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { PAINTING_OPTIONS } from '../../src/options/stylization.ts';
import { levelsFor } from '../../src/pictures/levels.ts';
import { createPaintServices } from '../../src/services/paint-services.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { runPipeline } from '../../src/stylization/pipeline.ts';
import { planStylization } from '../../src/stylization/plan.ts';
import type { Step } from '../../src/stylization/steps.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { testConfig } from '../support/server.ts';
import { processorMs } from './processor-time.ts';
import { machineName, saveResults } from './report.ts';
import { type StripOperators, stripOperators } from './strip-operators.ts';

export interface LargeProfile {
  readonly machine: string;
  readonly width: number;
  readonly height: number;
  /** In the order in which they ended: a level after the steps that it consists of. */
  readonly steps: readonly StepTime[];
  /** Of the levels that are painted in strips. */
  readonly levels: readonly StripOperators[];
}

export interface StepTime {
  readonly step: string;
  /** Of the processor, in this process and the one that paints. */
  readonly processorMs: number;
  readonly ms: number;
}

const EXTENT = { width: 4000, height: 3000 };

const { runs, save } = new Command()
  .option('--runs <number>', 'paintings, of which the last one is told', Number, 2)
  .option('--save', 'keep the results', false)
  .parse()
  .opts<{ runs: number; save: boolean }>();

const config = testConfig({ PRECISION: 'int8' });
const services = await createPaintServices(config, createLog('silent'));
const photo = await sharp(await drawSample())
  .resize({ ...EXTENT, fit: 'fill' })
  .jpeg()
  .toBuffer();

let steps: StepTime[] = [];
for (let run = 0; run < runs; run += 1) steps = await profiled(photo);
await services.close();
const levels = await stripLevels();
const results: LargeProfile = { machine: machineName(), ...EXTENT, steps, levels };
console.table(steps);
const single = steps.filter(({ step }) => !step.startsWith('level-'));
console.log(
  single.reduce((sum, { processorMs }) => sum + processorMs, 0),
  'ms',
);
if (save) await saveResults('large-profile', results);

async function stripLevels(): Promise<StripOperators[]> {
  const catalog = await openCatalog(MODELS_DIR);
  const instance = await catalog.load(catalog.get(config.DEFAULT_STYLE));
  const picture = await decodePicture(photo, { maxPixels: config.MAX_PIXELS, maxPages: 1 });
  const [, ...finer] = levelsFor(EXTENT, defaultsOf(PAINTING_OPTIONS));
  const found: StripOperators[] = [];
  for (const extent of finer)
    found.push(await stripOperators(instance, await resize(picture, extent)));
  for (const { width, height, ms, operators } of found) {
    console.log(`${width} x ${height} in strips, one thread: ${ms} ms`);
    console.table(operators.map(([operator, time]) => ({ operator, ms: time })));
  }
  return found;
}

async function profiled(file: Uint8Array): Promise<StepTime[]> {
  const limits = { maxPixels: config.MAX_PIXELS, maxPages: 1, wholePixels: config.WHOLE_PIXELS };
  const header = await readHeader(file, limits);
  const options = { ...defaultsOf(PAINTING_OPTIONS), style: parseStyleMix(config.DEFAULT_STYLE) };
  const plan = planStylization(header, options, ['jpeg'], {
    ...limits,
    wholeBytes: Number.POSITIVE_INFINITY,
    maxDecodedBytes: Number.POSITIVE_INFINITY,
  });
  const taken: StepTime[] = [];
  const step: Step = async (name, work) => {
    const [before, begun] = [processorMs(process.pid), performance.now()];
    const result = await work();
    const ms = Math.round(performance.now() - begun);
    taken.push({ step: name, processorMs: processorMs(process.pid) - before, ms });
    return result;
  };
  const { sessions, heic } = services;
  await runPipeline(file, plan, { sessions, heic, scratchFolder: tmpdir() }, step, NEVER);
  return taken;
}
