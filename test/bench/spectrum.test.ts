import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../support/random.ts';
import { spectrumPeak, TILE } from './spectrum.ts';

const random = randomNumbers(1);
const tiles = (value: (x: number, y: number) => number) =>
  Array.from({ length: 12 }, () =>
    Float32Array.from({ length: TILE * TILE }, (_, i) => value(i % TILE, Math.floor(i / TILE))),
  );

describe('peaks of a spectrum', () => {
  test('noise has none', () => {
    expect(spectrumPeak(tiles(() => random() * 255))).toBeLessThan(4);
  });

  test('a faint lattice in noise is one', () => {
    const lattice = (x: number, y: number) =>
      random() * 60 + 20 * Math.sin((2 * Math.PI * x) / 5) * Math.sin((2 * Math.PI * y) / 5);
    expect(spectrumPeak(tiles(lattice))).toBeGreaterThan(20);
  });

  test('a wave that nobody sees is none, and one of two gray levels is', () => {
    const checkered = (amplitude: number) => (x: number, y: number) =>
      random() * 0.01 + ((x + y) % 2 === 0 ? amplitude : -amplitude);
    expect(spectrumPeak(tiles(checkered(0.06)))).toBeLessThan(4);
    expect(spectrumPeak(tiles(checkered(2)))).toBeGreaterThan(20);
  });

  test('without tiles there is nothing to say', () => {
    expect(spectrumPeak([])).toBeNaN();
  });
});
