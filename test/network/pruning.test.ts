import { expect, test } from 'vitest';
import { trunkNetwork } from '../../src/network/layers.ts';
import { pruned } from '../../src/network/pruning.ts';
import { checkWeights, tensorOf } from '../../src/network/weights.ts';
import { largestDifference, randomPicture, randomWeights } from '../support/random.ts';
import { referencePaint } from '../support/reference.ts';

const large = trunkNetwork({ stem: 6, trunk: 8, blocks: 2 });
const weights = randomWeights(large, 1);

test('what is left fits the smaller network', () => {
  const small = trunkNetwork({ stem: 4, trunk: 5, blocks: 2 });
  const kept = pruned(weights, large, small);
  expect(() => checkWeights(small, kept)).not.toThrow();
});

test('the channels that count most are kept, in their order', () => {
  const gamma = Float32Array.from([0.1, -3, 0.2, 2, 0.3, 1]);
  const named = new Map(weights).set('stem/gamma', { shape: [6], data: gamma });
  const small = trunkNetwork({ stem: 3, trunk: 8, blocks: 2 });
  const kept = pruned(named, large, small);
  expect([...tensorOf(kept, 'stem/gamma').data]).toEqual([-3, 2, 1]);
  const beta = tensorOf(weights, 'stem/beta').data;
  expect([...tensorOf(kept, 'stem/beta').data]).toEqual([beta[1], beta[3], beta[5]]);
});

test('channels that do nothing can be left out without a difference', () => {
  const silent = [1, 4];
  const muted = new Map(weights);
  for (const name of ['stem/gamma', 'stem/beta']) {
    const { shape, data } = tensorOf(weights, name);
    muted.set(name, { shape, data: data.map((value, i) => (silent.includes(i) ? 0 : value)) });
  }
  const small = trunkNetwork({ stem: 4, trunk: 8, blocks: 2 });
  // The stem has as many channels as the last upsampling: the same ones are silent there.
  for (const name of ['up/gamma', 'up/beta']) {
    const { shape, data } = tensorOf(weights, name);
    muted.set(name, { shape, data: data.map((value, i) => (silent.includes(i) ? 0 : value)) });
  }
  const photo = randomPicture(24, 20, 2);
  const difference = largestDifference(
    referencePaint(large, muted, photo),
    referencePaint(small, pruned(muted, large, small), photo),
  );
  expect(difference).toBe(0);
});
