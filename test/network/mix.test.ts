import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MixSyntaxError, parseStyleMix } from '../../src/network/mix.ts';

describe('a style mix', () => {
  test.each([
    ['starry-night', 'starry-night'],
    ['starry-night:1', 'starry-night'],
    ['b:0.6,a:0.4', 'a:0.4,b:0.6'],
    [' b:0.5 , a:.5 ', 'a:0.5,b:0.5'],
    ['b,a', 'a:0.5,b:0.5'],
    ['c:0.333,b:0.333,a:0.333', 'a:0.334,b:0.333,c:0.333'],
    ['c,b,a', 'a:0.334,b:0.333,c:0.333'],
    ['a:1,b:0', 'a'],
    ['a:0.9999,b:0.0001', 'a'],
  ])('%s is %s', (text, name) => {
    expect(parseStyleMix(text).name).toBe(name);
  });

  test.each([
    ['', /Expected a style such as/],
    ['A', /got "A"/],
    ['a:', /Expected a weight from 0 to 1 for "a", got ""/],
    ['a:2', /Expected a weight from 0 to 1/],
    ['a:1e-1,b:0.9', /got "1e-1"/],
    ['a:0.5,b:0.4', /add up to 1, got 0.9/],
    ['a:0.5,b', /for every style/],
    ['a,a', /"a" twice/],
    [`${'a'.repeat(100)}!`, /…"\.$/],
    ['a,b,c,d,e,f,g,h,i', /at most 8 styles in a mix, got 9/],
  ])('%s is refused', (text, message) => {
    expect(() => parseStyleMix(text)).toThrow(MixSyntaxError);
    expect(() => parseStyleMix(text)).toThrow(message);
  });

  test('names are canonical: parsing one gives itself, order does not matter', () => {
    const parts = fc.uniqueArray(
      fc.record({
        style: fc.stringMatching(/^[a-z]{1,6}$/),
        steps: fc.integer({ min: 1, max: 50 }),
      }),
      { selector: ({ style }) => style, minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(parts, (list) => {
        const total = list.reduce((sum, { steps }) => sum + steps, 0);
        const text = (items: typeof list) =>
          items.map(({ style, steps }) => `${style}:${(steps / total).toFixed(6)}`).join(',');
        const mix = parseStyleMix(text(list));
        expect(parseStyleMix(mix.name)).toEqual(mix);
        expect(parseStyleMix(text([...list].reverse()))).toEqual(mix);
        expect(mix.parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('order does not matter where a weight lies halfway between two thousandths', () => {
    const fields = ['a:0.268750', 'b:0.281250', 'c:0.018750', 'aa:0.031250', 'd:0.025000'];
    fields.push('e:0.137500', 'ab:0.237500');
    const backwards = parseStyleMix([...fields].reverse().join(','));
    expect(backwards).toEqual(parseStyleMix(fields.join(',')));
  });

  test('any text is either a mix or a MixSyntaxError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab-:,.01 \0é') }), (text) => {
        try {
          expect(parseStyleMix(text).parts.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(MixSyntaxError);
        }
      }),
    );
  });
});
