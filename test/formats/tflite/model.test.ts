/** TensorFlow Lite files, painted by Google's interpreter, against what we paint ourselves. */

import { expect, test } from 'vitest';
import { observeRanges } from '../../../src/engines/onnx/calibration.ts';
import { onnxEngine } from '../../../src/engines/onnx/engine.ts';
import { tfliteModel } from '../../../src/formats/tflite/model.ts';
import { paint } from '../../../src/network/engine.ts';
import { classicNetwork, type Network, trunkNetwork } from '../../../src/network/layers.ts';
import type { Weights } from '../../../src/network/weights.ts';
import { pictureDifference } from '../../../src/pictures/difference.ts';
import type { Picture } from '../../../src/pictures/picture.ts';
import { largestDifference, randomPicture, randomWeights } from '../../support/random.ts';
import { referencePaint } from '../../support/reference.ts';
import { tfliteRuntime } from '../../support/tflite.ts';

const runtime = await tfliteRuntime();
const small = trunkNetwork({ stem: 8, trunk: 16, blocks: 2, noise: true });
const weights = randomWeights(small, 1);

async function interpreted(file: Uint8Array, photo: Picture): Promise<Picture> {
  const interpreter = await runtime.load(file);
  return { ...photo, data: await interpreter.paint(photo.data) };
}

/** What a network and its calibration make of one photograph, here and by the interpreter. */
async function both(network: Network, own: Weights, photo: Picture, precision: 'float32' | 'int8') {
  const sample = [randomPicture(64, 48, 1), randomPicture(40, 72, 2)];
  const ranges = precision === 'int8' ? await observeRanges(network, own, sample) : undefined;
  const session = await onnxEngine({ threads: 1 }).load(network, own, ranges);
  const ours = await paint(session, network, photo);
  await session.close();
  return { ours, theirs: await interpreted(tfliteModel(network, own, photo, ranges), photo) };
}

test.each([
  ['the trunk', small, 40, 36],
  ['the trunk on sides that are no multiple of four', small, 57, 43],
  ['the classic network', classicNetwork(4), 36, 30],
])('in float32 %s paints what the plain reference paints', async (_, network, width, height) => {
  const own = randomWeights(network, 3);
  const photo = randomPicture(width, height, 4);
  const theirs = await interpreted(tfliteModel(network, own, photo), photo);
  expect(largestDifference(theirs, referencePaint(network, own, photo))).toBeLessThanOrEqual(1);
});

test('in 8 bits it is as far from float32 as ours is, and smaller', async () => {
  const photo = randomPicture(57, 43, 3);
  const [exact, rounded] = [
    await both(small, weights, photo, 'float32'),
    await both(small, weights, photo, 'int8'),
  ];
  const differenceTo = (painting: Picture) => pictureDifference([exact.ours], [painting]).absolute;
  expect(differenceTo(rounded.theirs)).toBeGreaterThan(0);
  expect(differenceTo(rounded.theirs)).toBeLessThan(1.5 * differenceTo(rounded.ours));
  const ranges = await observeRanges(small, weights, [photo]);
  const bytes = (found?: typeof ranges) => tfliteModel(small, weights, photo, found).byteLength;
  expect(bytes(ranges)).toBeLessThan(bytes() / 1.5);
});

test('a picture that cannot be mirrored by the margin is refused', () => {
  const paintSmall = () => tfliteModel(small, weights, { width: 35, height: 64 });
  expect(paintSmall).toThrow('Expected at least 36 pixels a side, got 35 x 64.');
});
