import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addForms, bands, lacking, mixIn, preserveColors } from '../../src/pictures/color.ts';
import { cropped, extended, fitted, mirrored, scaled } from '../../src/pictures/picture.ts';
import { randomPicture } from '../support/random.ts';

const side = fc.integer({ min: 1, max: 40 });

describe('geometry', () => {
  test('mirroring repeats no edge', () => {
    expect(Array.from({ length: 9 }, (_, i) => mirrored(i - 3, 3))).toEqual([
      1, 2, 1, 0, 1, 2, 1, 0, 1,
    ]);
    expect([mirrored(-5, 1), mirrored(7, 1)]).toEqual([0, 0]);
  });

  test('mirroring moves by at most one and stays inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 200 }), side, (position, size) => {
        const [here, next] = [mirrored(position, size), mirrored(position + 1, size)];
        expect(here).toBeGreaterThanOrEqual(0);
        expect(here).toBeLessThan(size);
        expect(Math.abs(here - next)).toBe(size === 1 ? 0 : 1);
        expect(mirrored(-position, size)).toBe(here);
      }),
    );
  });

  test('cropping takes back what extending added', () => {
    fc.assert(
      fc.property(side, side, side, (width, height, least) => {
        const picture = randomPicture(width, height, width * 41 + height);
        const larger = extended(picture, least);
        expect(Math.min(larger.width, larger.height)).toBeGreaterThanOrEqual(Math.min(least, 40));
        expect(larger.data.length).toBe(larger.width * larger.height * 3);
        expect(cropped(larger, { width, height })).toEqual(picture);
      }),
    );
  });

  test('fitting keeps proportions, never enlarges, never vanishes', () => {
    expect(fitted({ width: 300, height: 200 }, 150)).toEqual({ width: 150, height: 100 });
    expect(fitted({ width: 300, height: 200 }, 900)).toEqual({ width: 300, height: 200 });
    expect(fitted({ width: 3000, height: 1 }, 10)).toEqual({ width: 10, height: 1 });
    expect(scaled({ width: 5, height: 3 }, 0.5)).toEqual({ width: 3, height: 2 });
  });
});

describe('color', () => {
  const luma = (p: ArrayLike<number>, i: number) =>
    0.299 * p[i]! + 0.587 * p[i + 1]! + 0.114 * p[i + 2]!;

  test('preserveColors takes luma from the painting and chroma from the photograph', () => {
    const photo = Uint8Array.of(120, 90, 60, 90, 150, 80);
    const painting = Uint8Array.of(130, 140, 120, 100, 100, 110);
    const before = Uint8Array.from(painting);
    preserveColors(painting, photo);
    for (const i of [0, 3]) {
      expect(luma(painting, i)).toBeCloseTo(luma(before, i), 0);
      expect(
        Math.abs(painting[i]! - painting[i + 2]! - (photo[i]! - photo[i + 2]!)),
      ).toBeLessThanOrEqual(1);
    }
  });

  test('preserveColors of a photograph with itself changes nothing; results stay bytes', () => {
    const photo = randomPicture(20, 20, 1).data;
    const same = Uint8Array.from(photo);
    preserveColors(same, photo);
    expect(same).toEqual(photo);
    const white = new Uint8Array(3).fill(255);
    preserveColors(white, Uint8Array.of(255, 0, 0));
    expect([...white]).toEqual([255, 179, 179]);
  });

  test('mixIn is linear', () => {
    const photo = Uint8Array.of(0, 100, 255);
    const mix = (strength: number) => {
      const painting = Uint8Array.of(200, 100, 55);
      mixIn(painting, photo, strength);
      return [...painting];
    };
    expect([mix(0), mix(0.5), mix(1)]).toEqual([
      [0, 100, 255],
      [100, 100, 155],
      [200, 100, 55],
    ]);
  });

  test('a share of what is lacking is added to what is painted', () => {
    const [painting, own, wanted] = [1, 2, 3].map((seed) => randomPicture(64, 64, seed).data);
    const lack = Uint8Array.from(wanted!);
    lacking(lack, own!);
    for (const share of [0, 0.1, 0.25, 1 / 3, 0.75, 1]) {
      const formed = Uint8Array.from(painting!);
      addForms(formed, lack, share);
      const errors = Array.from(formed, (value, i) => {
        const difference = Math.min(127, Math.max(-128, wanted![i]! - own![i]!));
        const exact = painting![i]! + difference * share;
        return Math.abs(value - Math.min(255, Math.max(0, exact)));
      });
      expect(Math.max(...errors)).toBeLessThanOrEqual(0.51);
    }
  });

  test('bands cover a picture once, at whole pixels', () => {
    const ranges = [...bands(randomPicture(1000, 700, 1))];
    expect(ranges.length).toBeGreaterThan(1);
    expect(ranges.every(([begin]) => begin % 3 === 0)).toBe(true);
    expect(ranges.map(([begin]) => begin)).toEqual([
      0,
      ...ranges.map(([, end]) => end).slice(0, -1),
    ]);
    expect(ranges.at(-1)?.[1]).toBe(2_100_000);
  });
});
