import { describe, expect, test } from 'vitest';
import { parseStyleMix } from '../../src/network/mix.ts';
import {
  DEFAULTS,
  fromFragment,
  mixText,
  type Settings,
  toFragment,
  toQuery,
} from '../../src/playground/settings.ts';

const STYLES = ['great-wave', 'the-scream', 'udnie'];
const read = (fragment: string) => fromFragment(fragment, STYLES, 'udnie');

const whole: Settings = {
  ...DEFAULTS,
  mix: [
    { style: 'great-wave', weight: 0.75 },
    { style: 'udnie', weight: 0.25 },
  ],
  strength: 0.5,
  strokeSize: 2,
  detail: 0.75,
  preserveColors: true,
  preserveBackground: true,
  maxSize: 512,
};

describe('settings', () => {
  test('survive a link', () => {
    expect(read(`#${toFragment(whole)}`)).toEqual(whole);
    const usual = { ...DEFAULTS, mix: [{ style: 'the-scream', weight: 1 }] };
    expect(read(toFragment(usual))).toEqual(usual);
    const asLarge = { ...usual, maxSize: undefined };
    expect(read(toFragment(asLarge))).toEqual(asLarge);
  });

  test('of a link that makes no sense are as usual', () => {
    const usual = { ...DEFAULTS, mix: [{ style: 'udnie', weight: 1 }] };
    expect(read('')).toEqual(usual);
    expect(read('#style=nobody:2,the-scream:-1,:&strength=2&stroke_size=x')).toEqual({
      ...usual,
      maxSize: undefined,
    });
  });

  test('say only what is unusual to the API', () => {
    expect(toQuery({ ...DEFAULTS, mix: [{ style: 'udnie', weight: 3 }] }).toString()).toBe(
      'style=udnie&max_size=1280',
    );
  });

  test.each([[[1]], [[1, 1]], [[1, 1, 1]], [[1, 0.05, 0.05]], [[0.35, 0.9, 0.65]]])(
    'weights %j make a mix that the API takes',
    (weights) => {
      const mix = weights.map((weight, i) => ({ style: STYLES[i]!, weight }));
      const { parts } = parseStyleMix(mixText(mix));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      for (const { style, weight } of parts) {
        expect(weight).toBeCloseTo(weights[STYLES.indexOf(style)]! / sum, 2);
      }
      expect(parts).toHaveLength(weights.length);
    },
  );

  test('a link with a style twice, or with weights without end, is made sense of', () => {
    expect(read('#style=udnie:0.5,udnie:0.5').mix).toEqual([{ style: 'udnie', weight: 0.5 }]);
    expect(read('#style=the-scream:Infinity,great-wave:0.5').mix).toEqual([
      { style: 'great-wave', weight: 0.5 },
    ]);
  });
});
