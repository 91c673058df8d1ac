import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { alone, type Exchange, ExchangeError } from '../../src/training/exchange.ts';
import { hybridLossNetwork } from '../../src/training/loss-network/hybrid.ts';
import { always, RECIPE } from '../../src/training/recipe.ts';
import { initialState, type TrainingState, train } from '../../src/training/trainer.ts';
import { zeromqExchange } from '../../src/training/zeromq-exchange.ts';
import { tensorflowMissing, zeromqMissing } from '../support/installed.ts';
import { randomDistilled, randomVgg } from '../support/loss-network.ts';
import { randomPicture, randomWeights } from '../support/random.ts';

async function together(size: number, timeoutMs = 20_000): Promise<Exchange[]> {
  const first = await zeromqExchange({ rank: 0, size, address: 'tcp://127.0.0.1:*', timeoutMs });
  const others = Array.from({ length: size - 1 }, (_, i) =>
    zeromqExchange({ rank: i + 1, size, address: first.address, timeoutMs }),
  );
  return [first, ...(await Promise.all(others))];
}

describe.skipIf(zeromqMissing !== undefined)('the exchange over ZeroMQ', () => {
  test('gives every worker the mean, round after round', async () => {
    const workers = await together(3);
    for (const round of [1, 2]) {
      const means = workers.map(({ rank, mean }) => mean(Float32Array.of(rank * round, 1, -rank)));
      expect(await Promise.all(means)).toEqual(
        Array.from({ length: 3 }, () => Float32Array.of(round, 1, -1)),
      );
    }
    for (const worker of workers) worker.close();
  });

  test('a worker that does not answer is an error, on either side', async () => {
    const [first, second] = await together(2, 100);
    await expect(first!.mean(Float32Array.of(1))).rejects.toThrow(ExchangeError);
    await expect(second!.mean(Float32Array.of(1))).rejects.toThrow(/Lost worker 0/);
    first!.close();
    second!.close();
  });

  test('workers with other options are told', async () => {
    const [first, second] = await together(2, 2000);
    const answers = [first!.mean(Float32Array.of(1)), second!.mean(Float32Array.of(1, 2))];
    const [told] = await Promise.allSettled(answers);
    expect(String((told as PromiseRejectedResult).reason)).toMatch(/the same options/);
    first!.close();
    second!.close();
  });

  test('an address that cannot be used is named', async () => {
    const nowhere = { rank: 0, size: 2, address: 'tcp://nowhere.invalid:1', timeoutMs: 100 };
    await expect(zeromqExchange(nowhere)).rejects.toThrow(/nowhere.invalid/);
  });
});

const skipped = zeromqMissing ?? tensorflowMissing;

describe.skipIf(skipped !== undefined)('data-parallel training', () => {
  const network = trunkNetwork({ stem: 8, trunk: 8, blocks: 1 });
  const data = {
    photos: [randomPicture(70, 60, 1), randomPicture(64, 80, 2)],
    paintings: [{ picture: randomPicture(64, 64, 3), weight: 1 }],
  };
  const options = {
    ...RECIPE,
    steps: 4,
    batch: 4,
    crop: always(48),
    gradientRatio: 5,
    objective: { ...RECIPE.objective, attention: 1 },
  };

  beforeAll(async () => {
    await loadTensorflow();
  });

  async function finalState(exchange: Exchange): Promise<TrainingState> {
    const lossNetwork = hybridLossNetwork(randomVgg(), randomDistilled());
    let last = initialState(randomWeights(network, 5), options);
    for await (const { state } of train(last, data, lossNetwork, options, exchange)) last = state;
    return last;
  }

  test('two workers give the weights of one with the same batch, within rounding', async () => {
    const single = await finalState(alone);
    const workers = await together(2);
    const [first, second] = await Promise.all(workers.map(finalState));
    for (const worker of workers) worker.close();
    expect(second).toEqual(first);
    const start = randomWeights(network, 5);
    let [apart, moved] = [0, 0];
    for (const [name, { data: values }] of single.weights) {
      values.forEach((value, i) => {
        apart = Math.max(apart, Math.abs(value - first!.weights.get(name)!.data[i]!));
        moved = Math.max(moved, Math.abs(value - start.get(name)!.data[i]!));
      });
    }
    expect(moved).toBeGreaterThan(1e-4);
    expect(apart).toBeLessThan(moved / 100);
  });
});
