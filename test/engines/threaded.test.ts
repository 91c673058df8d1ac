import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ThreadedEngine, threadedEngine } from '../../src/engines/threads/engine.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { engineContract } from '../contracts/engine.ts';
import { DIST_DIR } from '../support/dist.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { largestDifference, randomPicture, randomWeights } from '../support/random.ts';

const scripts = {
  worker: join(DIST_DIR, 'paint-worker.js'),
  large: join(DIST_DIR, 'large-process.js'),
};
const network = trunkNetwork({ stem: 8, trunk: 16, blocks: 1 });

describe('onnx on two painting threads', () => {
  const engine: Promise<ThreadedEngine> = threadedEngine({
    engine: 'onnx',
    workers: 2,
    threads: 1,
    scripts,
  });
  afterAll(async () => (await engine).stop());

  engineContract(() => engine);

  test('leaves the calling thread free while it paints', async () => {
    const session = await (await engine).load(network, randomWeights(network, 1));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await session.run(randomPicture(1500, 1200, 1));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
    await session.close();
  });

  test('weights that do not fit are an error of the load, and the thread goes on', async () => {
    const weights = new Map(randomWeights(network, 2));
    weights.delete('head/bias');
    await expect((await engine).load(network, weights)).rejects.toThrow(/head\/bias/);
    const session = await (await engine).load(network, randomWeights(network, 2));
    const photo = randomPicture(40, 40, 2);
    expect(largestDifference(await session.run(photo), photo)).toBeGreaterThan(0);
    await session.close();
  });
});

test('a thread is started when all others are busy', async () => {
  const engine = await threadedEngine({ engine: 'onnx', workers: 3, threads: 1, scripts });
  const threads = () => process.report.getReport() as unknown as { workers: object[] };
  const session = await engine.load(network, randomWeights(network, 3));
  const photo = randomPicture(300, 300, 3);
  await session.run(photo);
  await session.run(photo);
  expect(threads().workers).toHaveLength(1);
  await Promise.all([session.run(photo), session.run(photo)]);
  expect(threads().workers).toHaveLength(2);
  await engine.stop();
});

test('a thread that ends is replaced', async () => {
  const engine = await threadedEngine({ engine: 'onnx', workers: 1, threads: 1, scripts });
  const session = await engine.load(network, randomWeights(network, 3));
  const photo = randomPicture(400, 400, 3);
  const lost = session.run(photo);
  await engine.stop();
  await expect(lost).rejects.toThrow(/thread/);
  expect(await session.run(photo)).toMatchObject({ width: 400, height: 400 });
  await engine.stop();
});

describe.skipIf(tensorflowMissing !== undefined)('tensorflow on a painting thread', () => {
  test('paints', async () => {
    const engine = await threadedEngine({ engine: 'tensorflow', workers: 1, threads: 1, scripts });
    const session = await engine.load(network, randomWeights(network, 4));
    expect(await session.run(randomPicture(40, 46, 4))).toMatchObject({ width: 40, height: 46 });
    await engine.stop();
  });
});
