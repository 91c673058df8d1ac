import { describe, expect, test } from 'vitest';
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
  mix: [
    { style: 'great-wave', weight: 0.75 },
    { style: 'udnie', weight: 0.25 },
  ],
  strength: 0.5,
  strokeSize: 2,
  preserveColors: true,
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
      'style=udnie&max_size=1024',
    );
  });

  test('weights of a mix are shares, none of them zero', () => {
    expect(mixText(whole.mix)).toBe('great-wave:0.75,udnie:0.25');
    expect(
      mixText([
        { style: 'great-wave', weight: 1 },
        { style: 'udnie', weight: 0.001 },
      ]),
    ).toBe('great-wave:1,udnie:0.01');
  });
});
