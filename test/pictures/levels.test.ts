import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CANVAS_LONG_EDGE, levelsFor } from '../../src/pictures/levels.ts';

const longEdges = (width: number, height: number, strokeSize = 1, detail = 0) =>
  levelsFor({ width, height }, { strokeSize, detail }).map((level) =>
    Math.max(level.width, level.height),
  );

describe('levels', () => {
  test.each([
    [512, 384, 1, [512]],
    [768, 512, 1, [768]],
    [860, 600, 1, [768]],
    [768, 512, 1.1, [698]],
    [1, 1, 4, [1]],
    [1024, 768, 1, [768, 1024]],
    [3072, 2048, 1, [768, 1536, 3072]],
    [4000, 3000, 1, [768, 1753, 4000]],
    [512, 512, 2, [256, 512]],
    [512, 512, 0.5, [1024]],
    [4000, 3000, 0.25, [3072, 4000]],
  ])('of %i x %i with strokes of %d', (width, height, strokeSize, expected) => {
    expect(longEdges(width, height, strokeSize)).toEqual(expected);
  });

  test('with all detail are one, where strokes have their size in pixels', () => {
    expect(longEdges(4000, 3000, 1, 1)).toEqual([4000]);
    expect(longEdges(4000, 3000, 2, 1)).toEqual([2000]);
  });

  const side = fc.integer({ min: 1, max: 12_000 });
  const stroke = fc.double({ min: 0.25, max: 4, noNaN: true });

  test('grow to the size of the painting and cost at most two thirds more than it', () => {
    fc.assert(
      fc.property(side, side, stroke, (width, height, strokeSize) => {
        const levels = levelsFor({ width, height }, { strokeSize, detail: 0 });
        const areas = levels.map((level) => level.width * level.height);
        expect([...areas].sort((a, b) => a - b)).toEqual(areas);
        for (const level of levels) expect(Math.min(level.width, level.height)).toBeGreaterThan(0);
        if (levels.length === 1) return;
        expect(levels.at(-1)).toEqual({ width, height });
        if (Math.min(width, height) < 64) return;
        const sum = areas.reduce((total, area) => total + area, 0);
        expect(sum / (width * height)).toBeLessThan(1.8);
      }),
    );
  });

  test('have a first canvas in proportion to the picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 12_000 }), stroke, (width, strokeSize) => {
        const [first] = longEdges(width, Math.ceil(width / 2), strokeSize) as [number];
        const wanted = CANVAS_LONG_EDGE / strokeSize;
        if (width / wanted > 1.15) expect(first).toBe(Math.round(wanted));
      }),
    );
  });
});
