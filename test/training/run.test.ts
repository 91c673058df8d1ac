import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { encode } from '../../src/images/encode.ts';
import type { ReadImage } from '../../src/images/read.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { importStyle } from '../../src/styles/import.ts';
import { type CheckpointStore, readCheckpoint } from '../../src/training/checkpoint.ts';
import { distillStyles } from '../../src/training/distill-run.ts';
import { HyperparameterError, withDefaults } from '../../src/training/hyperparameter.ts';
import { DISTILLATION, OPTIMIZATION, TRAINING } from '../../src/training/hyperparameters.ts';
import { csvLog, type Observer, samplePictures } from '../../src/training/observers.ts';
import { optimizePicture } from '../../src/training/optimize-run.ts';
import type { LearnRequest } from '../../src/training/request.ts';
import { learnStyle } from '../../src/training/run.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { narrowVgg19 } from '../support/loss-network.ts';
import { randomPicture, randomWeights } from '../support/random.ts';
import { temporary } from '../support/temporary.ts';

const LIMITS = { maxPixels: 1e6, maxPages: 1 };
const STEPS = 4;

const start = randomWeights(trunkNetwork({ stem: 8, trunk: 8, blocks: 1 }), 5);
const description = { id: 'own', title: 'Own', artist: 'Me', year: '2026', rights: 'my own work' };

let folder: string;
let modelsDir: string;
let lossNetwork: { place: string; cacheDir: string };

const image =
  (width: number, height: number, seed: number): ReadImage =>
  () =>
    encode(randomPicture(width, height, seed), undefined, { format: 'png', quality: 100 });

const request = (changes: Partial<LearnRequest> = {}): LearnRequest => ({
  description,
  paintings: [{ read: image(64, 64, 3), weight: 1 }],
  photographs: [image(70, 60, 1), image(64, 80, 2)],
  lossNetwork,
  start: { file: async () => writeSafetensors(start) },
  hyperparameters: withDefaults(TRAINING, {
    steps: STEPS,
    batch: 1,
    crop: { from: 32, to: 48 },
    paintingSize: 64,
  }),
  trainer: 'a test',
  ...changes,
});

const runOptions = () => ({ modelsDir, threads: 1, limits: LIMITS, saveEvery: 100 });

function memoryStore(): CheckpointStore & { kept: Uint8Array | undefined } {
  return {
    kept: undefined,
    async read() {
      return this.kept;
    },
    async write(file) {
      this.kept = file;
    },
  };
}

/** Aborts after so many steps. */
function abortingAfter(steps: number, abort: AbortController, reason?: Error): Observer {
  return {
    observe(_, { step }) {
      if (step === steps) abort.abort(reason);
    },
  };
}

describe.skipIf(tensorflowMissing !== undefined)('training without a command line', () => {
  beforeEach(async () => {
    folder = temporary();
    modelsDir = join(folder, 'models');
    lossNetwork = { place: join(folder, 'vgg19.safetensors'), cacheDir: folder };
    await mkdir(modelsDir);
    await writeFile(lossNetwork.place, writeSafetensors(narrowVgg19()));
  });

  test('publishes a style that the catalog opens, and tells observers of every step', async () => {
    let log = '';
    const samples: number[] = [];
    const observers = [
      csvLog(async (text) => {
        log = text;
      }),
      samplePictures(2, onnxEngine({ threads: 1 }), async (step) => {
        samples.push(step);
      }),
    ];
    const published = await learnStyle(request(), { ...runOptions(), observers });
    const catalog = await openCatalog(modelsDir);
    const style = catalog.get('own');
    await catalog.check();
    expect(published?.manifest).toEqual(style);
    expect(style).toMatchObject({ ...description, network: 'impasto-8-8-1' });
    expect(style.training).toMatchObject({
      trainer: 'a test',
      photographs: 2,
      steps: STEPS,
      batch: 1,
      crop: 48,
      contentWeight: 1,
      styleWeight: 10,
      tvWeight: 0.1,
      learningRate: 0.002,
    });
    expect(style.training?.losses.map(([step]) => step)).toEqual([1, 2, 3, 4]);
    expect(log.trim().split('\n')).toHaveLength(1 + STEPS);
    expect(samples).toEqual([2, 4]);
  });

  describe('a picture of any kind', () => {
    const raw = (width: number, height: number, channels: 3 | 4, value: number) =>
      sharp(new Uint8Array(width * height * channels).fill(value), {
        raw: { width, height, channels, ...(height > 200 && { pageHeight: height / 2 }) },
      });
    const pictures: Readonly<Record<string, ReadImage>> = {
      black: () => raw(64, 64, 3, 0).png().toBuffer(),
      white: () => raw(64, 64, 3, 255).png().toBuffer(),
      'of one pixel': () => raw(1, 1, 3, 90).png().toBuffer(),
      'of one column': () => raw(1, 150, 3, 90).png().toBuffer(),
      transparent: () => raw(64, 64, 4, 0).png().toBuffer(),
      animated: () => raw(64, 256, 3, 120).gif().toBuffer(),
      noise: image(300, 40, 9),
    };

    test.each(Object.entries(pictures))('that is %s becomes a style', async (_, read) => {
      const paintings = [{ read, weight: 1 }];
      const limits = { ...LIMITS, maxPages: 10 };
      const published = await learnStyle(request({ paintings }), { ...runOptions(), limits });
      const losses = published?.manifest.training?.losses ?? [];
      expect(losses).toHaveLength(STEPS);
      expect(losses.flat().every(Number.isFinite)).toBe(true);
      expect(published?.engineDifference).toBeLessThanOrEqual(2);
    });

    test.each([
      ['no picture', async () => new TextEncoder().encode('painting'), 'unsupported-media-type'],
      ['too large', () => raw(1001, 1000, 3, 9).png().toBuffer(), 'image-too-large'],
    ])('that is %s is refused by name', async (_, read, type) => {
      const run = learnStyle(request({ paintings: [{ read, weight: 1 }] }), runOptions());
      await expect(run).rejects.toMatchObject({ type });
      expect(await readdir(modelsDir)).toEqual([]);
    });
  });

  test('an aborted run publishes nothing and goes on to the weights of one that was not', async () => {
    const [whole, checkpoint] = [memoryStore(), memoryStore()];
    const through = await learnStyle(request(), { ...runOptions(), checkpoint: whole });
    const abort = new AbortController();
    const reason = new Error('enough');
    const other = request({ description: { ...description, id: 'other' } });
    const observers = [abortingAfter(2, abort, reason)];
    const options = { ...runOptions(), checkpoint };
    await expect(learnStyle(other, { ...options, observers, signal: abort.signal })).rejects.toBe(
      reason,
    );
    expect(readCheckpoint(checkpoint.kept!).step).toBe(2);
    expect(await readdir(modelsDir)).toEqual(['own']);
    const begun: number[] = [];
    const watching: Observer = { start: (done) => void begun.push(done), observe() {} };
    const resumed = await learnStyle(other, { ...options, observers: [watching] });
    expect(begun).toEqual([2]);
    expect(readCheckpoint(checkpoint.kept!)).toEqual(readCheckpoint(whole.kept!));
    expect(resumed?.manifest.digest).toBe(through?.manifest.digest);
  });

  test('leaves no tensors behind, whether it is done or given up', async () => {
    await learnStyle(request(), runOptions());
    const before = tf.memory().numTensors;
    await learnStyle(request(), runOptions());
    const abort = new AbortController();
    const options = { ...runOptions(), observers: [abortingAfter(2, abort)] };
    const given = learnStyle(request(), { ...options, signal: abort.signal });
    await expect(given).rejects.toThrow(/abort/);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('starts from a style of the models folder; the start decides the end', async () => {
    await importStyle(start, { ...description, id: 'base' }, modelsDir, onnxEngine({ threads: 1 }));
    await learnStyle(request({ start: { style: 'base' } }), runOptions());
    const catalog = await openCatalog(modelsDir);
    expect(catalog.styles.map(({ id }) => id)).toEqual(['base', 'own']);
    expect(catalog.get('own').digest).not.toBe(catalog.get('base').digest);
    await expect(learnStyle(request({ start: { style: 'nobody' } }), runOptions())).rejects.toThrow(
      /got "nobody"/,
    );
  });

  test.each([
    [{ batch: 3 }, {}, 'batch', /a value of batch that 2 workers can share, got 3/],
    [{ scales: 3 }, {}, 'scales', /at least 128 pixels for 3 scales, got 32/],
    [{}, { masks: [] }, 'attention', /a value of attention above 0 beside masks/],
  ])(
    'values that do not go together are refused before anything is read: %j',
    async (values, changes, hyperparameter, message) => {
      let joined = false;
      const workers = {
        size: 'batch' in values ? 2 : 1,
        join: async () => {
          joined = true;
          throw new Error('joined');
        },
      };
      const asked = request(changes);
      const hyperparameters = { ...asked.hyperparameters, ...values };
      const refused = learnStyle({ ...asked, hyperparameters }, { ...runOptions(), workers });
      const error = await refused.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(HyperparameterError);
      expect(error).toMatchObject({ hyperparameter, message: expect.stringMatching(message) });
      expect(joined).toBe(false);
    },
  );

  test('an aborted optimization ends between two iterations', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const hyperparameters = withDefaults(OPTIMIZATION, { iterations: 6, paintingSize: 64 });
    const asked = {
      photograph: image(70, 60, 1),
      paintings: [{ read: image(64, 64, 3), weight: 1 }],
      lossNetwork,
      hyperparameters,
    };
    const whole = await optimizePicture(asked, { limits: LIMITS });
    expect(whole.iteration.iteration).toBe(6);
    expect(whole.picture).toMatchObject({ width: 70, height: 60 });
    const ended = optimizePicture(asked, {
      limits: LIMITS,
      signal: abort.signal,
      onIteration({ iteration }) {
        seen.push(iteration);
        if (iteration === 2) abort.abort(new Error('enough'));
      },
    });
    await expect(ended).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2]);
  });

  test('an aborted distillation leaves its style as it was', async () => {
    await importStyle(start, description, modelsDir, onnxEngine({ threads: 1 }));
    const before = await readFile(join(modelsDir, 'own/style.json'), 'utf8');
    const asked = {
      styles: [],
      photographs: [image(70, 60, 1)],
      check: [image(64, 80, 2)],
      hyperparameters: withDefaults(DISTILLATION, { steps: 3, batch: 1, crop: 32 }),
    };
    const abort = new AbortController();
    const ended = distillStyles(asked, {
      ...runOptions(),
      signal: abort.signal,
      onStep: (_, { step }) => step === 2 && abort.abort(new Error('enough')),
    });
    await expect(ended).rejects.toThrow('enough');
    expect(await readFile(join(modelsDir, 'own/style.json'), 'utf8')).toBe(before);
    const told: string[] = [];
    await distillStyles(asked, { ...runOptions(), onStyle: (style) => told.push(style) });
    expect(told).toEqual(['own']);
    expect((await openCatalog(modelsDir)).get('own').light).toMatchObject({ steps: 3 });
  });
});
