import { describe, expect, test } from 'vitest';
import { recordedOptions, stylizeOptions } from '../../src/jobs/stylization/options.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { PAINTING_OPTIONS } from '../../src/options/stylization.ts';
import type { StylizeOptions } from '../../src/stylization/options.ts';

const usual: StylizeOptions = { ...defaultsOf(PAINTING_OPTIONS), style: parseStyleMix('udnie') };

describe('options of a job', () => {
  test('as usual, are recorded as they were before there were more of them', () => {
    expect(JSON.stringify(recordedOptions(usual))).toBe(
      '{"style":"udnie","strength":1,"preserveColors":false,"strokeSize":1}',
    );
  });

  test.each<Partial<StylizeOptions>>([
    {},
    { detail: 0, preserveBackground: true, maxSize: 12, quality: 3 },
  ])('come back as they were: %j', (changes) => {
    const options = { ...usual, ...changes };
    const record = JSON.parse(JSON.stringify(recordedOptions(options)));
    expect(stylizeOptions(record)).toEqual(options);
  });
});
