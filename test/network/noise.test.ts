import { describe, expect, test } from 'vitest';
import { NOISE_TABLES, noiseAt, noiseRows } from '../../src/network/noise.ts';

const SIDE = 400;
const plane = Float64Array.from(
  { length: SIDE * SIDE },
  (_, i) => noiseAt(Math.floor(i / SIDE), i % SIDE) / 255 - 0.5,
);

/** Correlation of the plane with itself, moved by so many rows and columns. */
function correlation(down: number, right: number): number {
  let [product, square] = [0, 0];
  for (let y = 0; y < SIDE - down; y += 1) {
    for (let x = 0; x < SIDE - right; x += 1) {
      const value = plane[y * SIDE + x]!;
      product += value * plane[(y + down) * SIDE + x + right]!;
      square += value * value;
    }
  }
  return product / square;
}

describe('the plane of noise', () => {
  test('is the same everywhere: what trained networks were calibrated with', () => {
    expect([...noiseRows({ begin: 0, end: 2 }, 4)]).toMatchInlineSnapshot(`
      [
        47,
        17,
        238,
        194,
        139,
        167,
        93,
        236,
      ]
    `);
    expect(noiseAt(12_345, 6_789)).toMatchInlineSnapshot(`93`);
  });

  test('its rows are those of any strip', () => {
    const rows = noiseRows({ begin: 95, end: 110 }, 130);
    rows.forEach((byte, i) => {
      expect(byte).toBe(noiseAt(95 + Math.floor(i / 130), i % 130));
    });
  });

  test('takes all values alike', () => {
    const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
    const variance = plane.reduce((sum, value) => sum + value ** 2, 0) / plane.length - mean ** 2;
    expect(mean).toBeCloseTo(0, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  test.each([
    [0, 1],
    [1, 0],
    [1, 1],
    ...NOISE_TABLES.flatMap(({ height, width }) => [
      [height, 0],
      [0, width],
      [height, width],
    ]),
  ])('does not repeat after %i rows and %i columns', (down, right) => {
    expect(Math.abs(correlation(down!, right!))).toBeLessThan(0.02);
  });
});
