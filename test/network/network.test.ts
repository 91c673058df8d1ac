import { describe, expect, test } from 'vitest';
import { classicNetwork, trunkNetwork } from '../../src/network/layers.ts';
import {
  activationBytes,
  multiplyAccumulates,
  paddedExtent,
  parameterCount,
  parameters,
  receptiveField,
  smallestSide,
  stride,
} from '../../src/network/measures.ts';
import { checkWeights, interpolate, networkOf } from '../../src/network/weights.ts';
import { randomWeights } from '../support/random.ts';

const standard = trunkNetwork();

describe('what follows from the layer records', () => {
  test('the standard trunk', () => {
    expect(parameterCount(standard)).toBe(234_252);
    expect(stride(standard)).toBe(4);
    expect(smallestSide(standard)).toBe(36);
    // 1 + stem 4 + down 2*2 + ten trunk convolutions 2*4 + up 2*2 + head 2*2 + smoothing 2
    expect(receptiveField(standard)).toBe(99);
    expect(paddedExtent(standard, { width: 512, height: 511 })).toEqual({
      width: 576,
      height: 576,
    });
    expect(paddedExtent(standard, { width: 1, height: 5 })).toEqual({ width: 68, height: 72 });
  });

  test('multiply-accumulates of the trunk, worked out by hand for 512 x 512', () => {
    const half = 288 ** 2;
    const quarter = 144 ** 2;
    const byHand =
      half * 25 * 4 * 24 +
      quarter * 9 * 24 * 48 +
      10 * quarter * 9 * 48 * 48 +
      half * 9 * 48 * 24 +
      half * 9 * 24 * 12 +
      576 ** 2 * 9 * 3;
    expect(multiplyAccumulates(standard, { width: 512, height: 512 })).toBe(byHand);
  });

  test('the classic network has the published size', () => {
    // Johnson et al. with instance norm: 1,679,235 with biases everywhere; here only the head has one.
    const biases = 32 + 64 + 128 + 10 * 128 + 64 + 32;
    expect(parameterCount(classicNetwork()) + biases).toBe(1_679_235);
    expect(stride(classicNetwork())).toBe(4);
  });

  test('activations grow with the picture', () => {
    const bytes = (side: number) => activationBytes(standard, { width: side, height: side });
    expect(bytes(2048) / bytes(1024)).toBeGreaterThan(3.5);
    expect(bytes(2048) / bytes(1024)).toBeLessThan(4);
  });

  test('names and shapes are those of the recipe', () => {
    const shapes = Object.fromEntries(parameters(standard).map(({ name, shape }) => [name, shape]));
    expect(shapes).toMatchObject({
      'stem/kernel': [5, 5, 4, 24],
      'down/gamma': [48],
      'trunk/4/conv2/kernel': [3, 3, 48, 48],
      'head/kernel': [3, 3, 24, 12],
      'head/bias': [12],
    });
  });
});

describe('weights', () => {
  const weights = randomWeights(standard, 1);

  test('tell their network', () => {
    expect(networkOf(weights)).toEqual(standard);
    const small = trunkNetwork({ stem: 8, trunk: 12, blocks: 2 });
    expect(networkOf(randomWeights(small, 2))).toEqual(small);
  });

  test.each([
    ['missing', (map: Map<string, unknown>) => map.delete('up/gamma'), /up\/gamma, found none/],
    [
      'superfluous',
      (map: Map<string, unknown>) => map.set('x', weights.get('up/gamma')),
      /found x as well/,
    ],
    [
      'misshapen',
      (map: Map<string, unknown>) => map.set('up/gamma', { shape: [2], data: new Float32Array(2) }),
      /up\/gamma of shape \[24\], found \[2\]/,
    ],
    [
      'not finite',
      (map: Map<string, unknown>) =>
        map.set('up/gamma', { shape: [24], data: new Float32Array(24).fill(Number.NaN) }),
      /finite values in up\/gamma/,
    ],
  ])('%s tensors are named', (_, change, message) => {
    const broken = new Map(weights);
    change(broken as Map<string, unknown>);
    expect(() => checkWeights(standard, broken)).toThrow(message);
  });

  test('interpolation is exact at its ends and linear between', () => {
    const other = randomWeights(standard, 3);
    expect(interpolate([{ weights, share: 1 }])).toBe(weights);
    const mixed = interpolate([
      { weights, share: 0.25 },
      { weights: other, share: 0.75 },
    ]);
    const [a, b, m] = [weights, other, mixed].map((w) => w.get('stem/kernel')!.data);
    for (const [i, value] of m!.entries())
      expect(value).toBeCloseTo(a![i]! * 0.25 + b![i]! * 0.75, 6);
    expect(() => interpolate([])).toThrow(/at least one/);
  });
});
