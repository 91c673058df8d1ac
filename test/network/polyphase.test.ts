/** The network in polyphase form against the network as trained. */

import { expect, test } from 'vitest';
import { classicNetwork, trunkNetwork } from '../../src/network/layers.ts';
import { polyphase } from '../../src/network/polyphase.ts';
import { checkWeights } from '../../src/network/weights.ts';
import { largestDifference, randomPicture, randomWeights } from '../support/random.ts';
import { referencePaint } from '../support/reference.ts';

const network = trunkNetwork({ stem: 6, trunk: 8, blocks: 1, noise: true });
const weights = randomWeights(network, 1);

test('it paints the same without an upsampled picture in it', () => {
  const rewritten = polyphase({ network, weights });
  const kinds = rewritten.network.layers.map(({ kind }) => kind);
  expect(kinds).not.toContain('upsample');
  expect(kinds).not.toContain('smooth');
  expect(() => checkWeights(rewritten.network, rewritten.weights)).not.toThrow();
  for (const [width, height] of [
    [41, 38],
    [36, 52],
  ] as const) {
    const photo = randomPicture(width, height, 2);
    const painting = referencePaint(network, weights, photo);
    const same = referencePaint(rewritten.network, rewritten.weights, photo);
    expect(largestDifference(same, painting)).toBeLessThanOrEqual(1);
    expect(new Set(painting.data).size).toBeGreaterThan(50);
  }
});

test('what has no such end stays as it is, and so does what is in polyphase form already', () => {
  const classic = { network: classicNetwork(4), weights: randomWeights(classicNetwork(4), 1) };
  expect(polyphase(classic)).toBe(classic);
  const once = polyphase({ network, weights });
  expect(polyphase(once)).toBe(once);
});

test('each phase has the range of its channel', () => {
  const interval = [0, 1] as const;
  const magnitudes = [1, 2, 3, 4, 5, 6];
  const ranges = new Map([['up', { input: interval, output: interval, magnitudes }]]);
  const found = polyphase({ network, weights, ranges }).ranges.get('up');
  expect(found?.magnitudes.slice(0, 9)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3]);
  expect(found?.magnitudes).toHaveLength(24);
  expect(polyphase({ network, weights, ranges: new Map() }).ranges).toEqual(new Map());
});
