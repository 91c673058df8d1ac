/** 8 bits against float32, and what calibration finds. */

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { observeRanges } from '../../src/engines/onnx/calibration.ts';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { ONNX_INPUT, ONNX_OUTPUT } from '../../src/formats/onnx/ends.ts';
import { onnxModel } from '../../src/formats/onnx/standard-model.ts';
import { type ActivationRanges, clipped, united } from '../../src/network/activation-ranges.ts';
import { measure, paint, paintSteadily } from '../../src/network/engine.ts';
import { classicNetwork, type Network, trunkNetwork } from '../../src/network/layers.ts';
import type { Weights } from '../../src/network/weights.ts';
import { pictureDifference } from '../../src/pictures/difference.ts';
import { largestDifference, randomPicture, randomWeights } from '../support/random.ts';

const engine = onnxEngine({ threads: 1 });
const small = trunkNetwork({ stem: 8, trunk: 16, blocks: 2, noise: true });
const weights = randomWeights(small, 1);
const pictures = [randomPicture(64, 48, 1), randomPicture(40, 72, 2)];
const ranges = await observeRanges(small, weights, pictures);

async function painted(
  network: Network,
  seed: number,
  chosen?: ActivationRanges,
  own: Weights = weights,
) {
  const session = await engine.load(network, own, chosen);
  const painting = await paint(session, network, randomPicture(57, 43, seed));
  await session.close();
  return painting.data;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return pictureDifference([{ data: a }], [{ data: b }]).absolute;
}

test('a painting in 8 bits is close to the one in float32, and not the same', async () => {
  const difference = meanDifference(await painted(small, 3), await painted(small, 3, ranges));
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(4);
});

test('with its own statistics given back, a picture is painted the same in 8 bits', async () => {
  const session = await engine.load(small, weights, ranges);
  const photo = randomPicture(57, 43, 3);
  const { painting, statistics } = (await measure(session, small, photo))!;
  const steady = await paintSteadily(session, small, photo, statistics);
  await session.close();
  expect(painting.data).toEqual(await painted(small, 3, ranges));
  expect(steady.data).toEqual(painting.data);
});

test('so it is with the classic network, whose head paints without depth-to-space', async () => {
  const classic = classicNetwork(4);
  const own = new Map(randomWeights(classic, 1));
  const head = own.get('head/kernel')!;
  // A trained head keeps to what can be seen; a random one goes far beyond black and white.
  own.set('head/kernel', { ...head, data: head.data.map((weight) => weight / 8) });
  const found = await observeRanges(classic, own, pictures);
  const exact = await painted(classic, 3, undefined, own);
  const difference = meanDifference(exact, await painted(classic, 3, found, own));
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(4);
});

test('every convolution but the first has ranges of all its channels, from zero after a ReLU', () => {
  expect(ranges.size).toBe(7);
  expect(ranges.has('stem')).toBe(false);
  expect(ranges.get('up')?.magnitudes).toHaveLength(8);
  expect(ranges.get('trunk/1/conv2')?.magnitudes).toHaveLength(16);
  expect(ranges.get('down')?.input[0]).toBe(0);
  expect(ranges.get('down')?.input[1]).toBeGreaterThan(0);
});

test('ranges over more pictures are wider, clipped ones narrower', async () => {
  const one = await observeRanges(small, weights, pictures.slice(0, 1));
  const other = await observeRanges(small, weights, pictures.slice(1));
  expect(united(one, other)).toEqual(ranges);
  const [whole, half] = [ranges, clipped(ranges, { input: 0.5, output: 0.25 })].map(
    (found) => found.get('up')!,
  );
  expect(half!.input[1]).toBe(whole!.input[1] / 2);
  expect(half!.magnitudes[3]).toBe(whole!.magnitudes[3]! / 4);
});

test('a convolution without ranges stays in float32', async () => {
  expect(await painted(small, 3, new Map())).toEqual(await painted(small, 3));
  const all = meanDifference(await painted(small, 3), await painted(small, 3, ranges));
  const headOnly = new Map([...ranges].filter(([name]) => name === 'head'));
  const less = meanDifference(await painted(small, 3), await painted(small, 3, headOnly));
  expect(less).toBeGreaterThan(0);
  expect(less).toBeLessThan(all);
});

test('any convolution may be the one that stays in float32', async () => {
  const exact = await painted(small, 3);
  for (const left of ranges.keys()) {
    const others = new Map([...ranges].filter(([name]) => name !== left));
    const difference = meanDifference(exact, await painted(small, 3, others));
    expect(difference, left).toBeGreaterThan(0);
    expect(difference, left).toBeLessThan(4);
  }
});

test('the painting does not depend on how many threads paint it', async () => {
  const photo = randomPicture(203, 131, 4);
  const paintings = await Promise.all(
    [1, 2, 3].map(async (threads) => {
      const session = await onnxEngine({ threads }).load(small, weights, ranges);
      const painting = await paint(session, small, photo);
      await session.close();
      return painting;
    }),
  );
  for (const painting of paintings) {
    expect(largestDifference(painting, paintings[0]!)).toBeLessThanOrEqual(1);
  }
});

test('gammas of any sign and of nothing, and pictures of nothing', async () => {
  const own: Weights = new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      { shape, data: name.endsWith('gamma') ? data.map((g, i) => [g, -g, 0][i % 3]!) : data },
    ]),
  );
  const found = await observeRanges(small, own, pictures);
  const random = meanDifference(
    await painted(small, 3, undefined, own),
    await painted(small, 3, found, own),
  );
  expect(random).toBeGreaterThan(0);
  expect(random).toBeLessThan(4);

  const gray = { width: 40, height: 30, data: new Uint8Array(40 * 30 * 3).fill(90) };
  const [exact, session] = [
    await engine.load(small, weights),
    await engine.load(small, weights, ranges),
  ];
  const difference = meanDifference(
    (await paint(exact, small, gray)).data,
    (await paint(session, small, gray)).data,
  );
  await Promise.all([exact.close(), session.close()]);
  expect(difference).toBeLessThan(12);
});

test('the model of standard operators, for other programs, paints the same', async () => {
  const bytes = onnxModel(small, weights, ranges);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const { width, height, data } = randomPicture(57, 43, 3);
  const image = new Tensor('uint8', data, [1, height, width, 3]);
  const { [ONNX_OUTPUT]: painting } = await session.run({ [ONNX_INPUT]: image });
  await session.release();
  const standard = Uint8Array.from(painting?.data as Uint8Array);
  expect(meanDifference(standard, await painted(small, 3, ranges))).toBeLessThan(3);
  expect(Buffer.from(bytes).includes('com.microsoft')).toBe(false);
});

test('ranges of another network are refused', async () => {
  const other = trunkNetwork({ stem: 8, trunk: 12, blocks: 2 });
  const session = engine.load(other, randomWeights(other, 1), ranges);
  await expect(session).rejects.toThrow('Expected activation ranges of 12 channels for down.');
});

test('there is nothing to find without a picture', async () => {
  await expect(observeRanges(small, weights, [])).rejects.toThrow('at least one picture');
});
