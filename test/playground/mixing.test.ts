import { describe, expect, test } from 'vitest';
import {
  MIN_SHARE,
  percents,
  shares,
  withoutStyle,
  withShare,
  withStyle,
} from '../../src/playground/mixing.ts';

const mixOf = (...weights: number[]) =>
  weights.map((weight, i) => ({ style: ['a', 'b', 'c'][i]!, weight }));
const weightsOf = (mix: readonly { weight: number }[]) =>
  mix.map(({ weight }) => Number(weight.toFixed(4)));
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('a mix', () => {
  test('is told in shares', () => {
    expect(weightsOf(shares(mixOf(3, 1)))).toEqual([0.75, 0.25]);
  });

  test('gives a new style an equal part, and takes it from all in proportion', () => {
    expect(weightsOf(withStyle(mixOf(1), 'b'))).toEqual([0.5, 0.5]);
    expect(weightsOf(withStyle(mixOf(0.75, 0.25), 'c'))).toEqual([0.5, 0.1667, 0.3333]);
  });

  test('divides what a removed style had', () => {
    expect(withoutStyle(mixOf(0.5, 0.3, 0.2), 'a')).toEqual([
      { style: 'b', weight: 0.6 },
      { style: 'c', weight: 0.4 },
    ]);
  });

  test('adds up to 1 however one style is dragged', () => {
    for (const share of [0, 0.01, 0.2, 0.5, 0.98, 1]) {
      for (const mix of [mixOf(0.5, 0.5), mixOf(0.5, 0.3, 0.2), mixOf(0.98, 0.01, 0.01)]) {
        for (const { style } of mix) {
          const weights = withShare(mix, style, share).map(({ weight }) => weight);
          expect(sum(weights)).toBeCloseTo(1, 9);
          expect(Math.min(...weights)).toBeGreaterThan(MIN_SHARE - 1e-9);
        }
      }
    }
    expect(weightsOf(withShare(mixOf(0.5, 0.3, 0.2), 'a', 0.75))).toEqual([0.75, 0.15, 0.1]);
  });

  test('is shown in whole percents that add up to 100', () => {
    expect(percents(mixOf(1, 1, 1))).toEqual([33, 34, 33]);
    expect(sum(percents(mixOf(0.146, 0.146, 0.708)))).toBe(100);
  });
});
