import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import type { Weights } from '../../src/network/weights.ts';
import {
  adamStep,
  clipped,
  globalNorm,
  initialAdam,
  movingAverage,
} from '../../src/training/adam.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/training/checkpoint.ts';
import { cropped, randomCrops, randomSequence, toTensor } from '../../src/training/crops.ts';
import { DivergedError } from '../../src/training/diverged.ts';
import { alone, type Exchange } from '../../src/training/exchange.ts';
import { onGrounds } from '../../src/training/grounds.ts';
import { hybridLossNetwork } from '../../src/training/loss-network/hybrid.ts';
import { forward } from '../../src/training/network.ts';
import { freshNoise } from '../../src/training/noise.ts';
import { always, RECIPE } from '../../src/training/recipe.ts';
import { averageDecay, learningRate } from '../../src/training/schedule.ts';
import { initialState, type TrainingState, train } from '../../src/training/trainer.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { randomDistilled, randomVgg } from '../support/loss-network.ts';
import { randomPicture, randomWeights } from '../support/random.ts';
import { referencePaint } from '../support/reference.ts';

const one = (...data: number[]): Weights =>
  new Map([['x', { shape: [data.length], data: Float32Array.from(data) }]]);
const numbers = (weights: Weights) => [...weights.get('x')!.data];

describe('Adam', () => {
  test('the first step is the learning rate against the sign of the gradient', () => {
    const weights = one(1, 1, 1);
    const { weights: moved, state } = adamStep(
      weights,
      one(5, -0.01, 0),
      initialAdam(weights),
      0.1,
    );
    expect(numbers(moved).map((x) => Number(x.toFixed(4)))).toEqual([0.9, 1.1, 1]);
    expect([state.steps, numbers(weights)]).toEqual([1, [1, 1, 1]]);
  });

  test('two steps by hand', () => {
    let [weights, state] = [one(0), initialAdam(one(0))];
    for (const gradient of [1, 3])
      ({ weights, state } = adamStep(weights, one(gradient), state, 0.1));
    const mean = (0.9 * 0.1 + 0.1 * 3) / (1 - 0.81);
    const square = (0.99 * 0.01 + 0.01 * 9) / (1 - 0.9801);
    expect(numbers(weights)[0]).toBeCloseTo(-0.1 - (0.1 * mean) / Math.sqrt(square), 5);
  });

  test('clipping shortens to the norm and keeps the direction; short gradients stay', () => {
    expect(globalNorm(one(3, 4))).toBe(5);
    expect(numbers(clipped(one(3, 4), 1)).map((x) => Number(x.toFixed(4)))).toEqual([0.6, 0.8]);
    const short = one(0.3, 0.4);
    expect(clipped(short, 1)).toBe(short);
  });

  test('the moving average moves by one minus its decay', () => {
    expect(numbers(movingAverage(one(0, 10), one(1, 0), 0.75))).toEqual([0.25, 7.5]);
  });
});

describe('schedules', () => {
  test('the learning rate warms up, peaks near its peak and ends at three hundredths of it', () => {
    const schedule = { peak: 1, steps: 1000, warmUp: 50, floor: 0.03 };
    expect(learningRate(0, schedule)).toBeCloseTo(1 / 50, 6);
    expect(learningRate(49, schedule)).toBeGreaterThan(0.99);
    expect(learningRate(500, schedule)).toBeCloseTo(0.515, 3);
    expect(learningRate(1000, schedule)).toBeCloseTo(0.03, 6);
  });

  test('without a warm-up, and with a floor at its peak, the learning rate stays where it is', () => {
    const schedule = { peak: 2, steps: 10, warmUp: 0, floor: 1 };
    expect([0, 5, 10].map((step) => learningRate(step, schedule))).toEqual([2, 2, 2]);
  });

  test('the average forgets its start quickly and then lasts a thousand steps', () => {
    expect(averageDecay(1)).toBeCloseTo(2 / 11, 6);
    expect(averageDecay(1e6)).toBe(0.999);
  });
});

test('a checkpoint holds the whole state', () => {
  const weights = randomWeights(trunkNetwork({ stem: 8, trunk: 8, blocks: 1 }), 1);
  const { state } = adamStep(weights, weights, initialAdam(weights), 0.1);
  const whole: TrainingState = {
    step: 1,
    weights,
    average: movingAverage(weights, weights, 0.5),
    adam: state,
    styleWeight: 12.5,
    lossScale: { factor: 2 ** 15, goodSteps: 7 },
  };
  expect(readCheckpoint(writeCheckpoint(whole))).toEqual(whole);
  expect(() => readCheckpoint(new Uint8Array(3))).toThrow(/safetensors/);
});

describe.skipIf(tensorflowMissing !== undefined)('training', () => {
  const network = trunkNetwork({ stem: 8, trunk: 8, blocks: 1 });
  const photos = [randomPicture(70, 60, 1), randomPicture(64, 80, 2)];
  const data = { photos, paintings: [{ picture: randomPicture(64, 64, 3), weight: 1 }] };
  const options = { ...RECIPE, steps: 4, batch: 1, crop: always(48) };
  const lossNetwork = () => hybridLossNetwork(randomVgg(), randomDistilled());

  beforeAll(async () => {
    await loadTensorflow();
  });

  test.each([false, true])('the differentiable forward pass is the network, noise %s', (noise) => {
    const network = trunkNetwork({ stem: 8, trunk: 8, blocks: 1, noise });
    const weights = randomWeights(network, 4);
    const photo = randomPicture(37, 46, 4);
    const parameters = new Map(
      [...weights].map(([name, { shape, data: values }]) => [name, tf.tensor(values, [...shape])]),
    );
    const painting = forward(network, parameters, toTensor(photo));
    const reference = referencePaint(network, weights, photo);
    [...painting.dataSync()].forEach((value, i) => {
      const byte = Math.round(Math.min(1, Math.max(0, value)) * 255);
      expect(Math.abs(byte - reference.data[i]!)).toBeLessThanOrEqual(1);
    });
  });

  test('crops follow from seed and step, and have their size', () => {
    const crops = (step: number, side = 32) =>
      cropped(photos, randomCrops(photos, 3, side, randomSequence(7, step)), side);
    expect(crops(1).dataSync()).toEqual(crops(1).dataSync());
    expect(crops(1).dataSync()).not.toEqual(crops(2).dataSync());
    expect(crops(1, 100).shape).toEqual([3, 100, 100, 3]);
    const [low, high] = [tf.min(crops(1)).dataSync()[0]!, tf.max(crops(1)).dataSync()[0]!];
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
  });

  test('crops are reduced and enlarged as asked, within the photograph', () => {
    const sizes = (from: number, to: number) =>
      randomCrops(photos, 200, 32, randomSequence(1, 1), { from, to }).map(({ size }) => size);
    expect(Math.min(...sizes(0.5, 2))).toBeGreaterThanOrEqual(16);
    expect(Math.min(...sizes(0.5, 2))).toBeLessThan(20);
    expect(Math.max(...sizes(0.5, 2))).toBeGreaterThan(56);
    for (const { index, x, y, size } of randomCrops(photos, 200, 32, randomSequence(2, 1), {
      from: 0.1,
      to: 0.4,
    })) {
      expect(size).toBe(Math.min(photos[index]!.width, photos[index]!.height));
      expect(x + size).toBeLessThanOrEqual(photos[index]!.width);
      expect(y + size).toBeLessThanOrEqual(photos[index]!.height);
    }
  });

  test('grounds follow from seed, step and place, and cover a part of some crops', () => {
    const crops = () => tf.fill([8, 48, 48, 3], 0.5) as tf.Tensor4D;
    const shown = (share: number, first = 0) =>
      onGrounds(crops(), share, { seed: 3, step: 5, first }).photos.arraySync();
    expect(shown(0)).toEqual(crops().arraySync());
    expect(shown(1)).toEqual(shown(1));
    expect(shown(1, 2).slice(0, 6)).toEqual(shown(1).slice(2));
    for (const crop of shown(1)) {
      const changed = crop
        .flat()
        .filter((pixel) => pixel.some((value) => Math.abs(value - 0.5) > 0.02));
      expect(changed.length / 48 ** 2).toBeGreaterThan(0.1);
      expect(crop.flat(2).every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  test('a network with noise sees fresh noise at every step, each crop its own', async () => {
    const [once, again] = [
      freshNoise(1, 2, { first: 0, count: 3 }, 20),
      freshNoise(1, 3, { first: 0, count: 3 }, 20),
    ];
    expect(once.dataSync()).not.toEqual(again.dataSync());
    const second = freshNoise(1, 2, { first: 1, count: 1 }, 20).dataSync();
    expect(second).toEqual(once.dataSync().slice(400, 800));
    const noisy = trunkNetwork({ stem: 8, trunk: 8, blocks: 1, noise: true });
    const start = initialState(randomWeights(noisy, 1), options);
    const end = await finalState(start, { steps: 2 });
    const kernel = (weights: Weights) => weights.get('stem/kernel')!;
    expect(kernel(end.weights).shape).toEqual([5, 5, 4, 8]);
    expect(kernel(end.weights).data).not.toEqual(kernel(start.weights).data);
  });

  const run = (start: TrainingState, changes = {}, exchange: Exchange = alone) =>
    train(start, data, lossNetwork(), { ...options, ...changes }, exchange);

  async function finalState(start: TrainingState, changes = {}): Promise<TrainingState> {
    let last = start;
    for await (const { state } of run(start, changes)) last = state;
    return last;
  }

  test.each([
    {},
    { precision: 'float16', gradientRatio: 2, crop: { from: 32, to: 64 }, styleWeight: always(1) },
  ])(
    'stopping and going on from a checkpoint gives the weights of never stopping: %o',
    async (changes) => {
      const start = initialState(randomWeights(network, 5), {
        ...options,
        ...changes,
      } as typeof options);
      const through = await finalState(start, changes);
      let half = start;
      for await (const { state } of run(start, changes)) {
        half = state;
        if (state.step === 2) break;
      }
      expect(await finalState(readCheckpoint(writeCheckpoint(half)), changes)).toEqual(through);
    },
  );

  test('gradients are shortened to the length asked for', async () => {
    const start = initialState(randomWeights(network, 5), options);
    const one = { steps: 1, warmUp: 0 };
    const held = await finalState(start, { ...one, maxGradientNorm: 1e-20 });
    const free = await finalState(start, { ...one, maxGradientNorm: 1e9 });
    const length = ({ adam }: TrainingState) => globalNorm(adam.mean);
    expect(length(held)).toBeLessThan(1e-20);
    expect(length(free)).toBeGreaterThan(1e-6);
  });

  test('the average follows the weights step by step', async () => {
    let last = initialState(randomWeights(network, 5), options);
    for await (const { state } of run(last)) {
      const decay = averageDecay(state.step);
      expect(state.average).toEqual(movingAverage(last.average, state.weights, decay));
      expect(state.average).not.toEqual(state.weights);
      last = state;
    }
    expect(last.step).toBe(options.steps);
  });

  test('steps leave no tensors behind', async () => {
    const everything = {
      gradientRatio: 2,
      precision: 'bfloat16',
      steps: 12,
      objective: { ...options.objective, fuseLayers: true, attention: 1 },
    };
    const running = run(initialState(randomWeights(network, 6), options), everything);
    await running.next();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 6; i += 1) await running.next();
    expect(tf.memory().numTensors).toBe(before);
    await running.return(undefined);
  });

  test('a loss that is not finite ends the run and leaves the last state', async () => {
    const weights = new Map(randomWeights(network, 7));
    weights.set('head/bias', { shape: [12], data: new Float32Array(12).fill(1e30) });
    await expect(run(initialState(weights, options)).next()).rejects.toThrow(DivergedError);
  });
});
