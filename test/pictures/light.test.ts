/** Light that changes on everything, and what only comes into the picture. */

import { describe, expect, test } from 'vitest';
import { lightMeter, lightOf, lit } from '../../src/pictures/light.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { randomPicture } from '../support/random.ts';

const photo = lit(randomPicture(64, 36, 4), 0.6);

const measured = (frames: readonly Picture[]): number[] => {
  const meter = lightMeter();
  return frames.map((frame) => meter(frame));
};

const timesOf = (frames: readonly unknown[]) => frames.map((_, i) => i / 25);

describe('light', () => {
  test('that fades is measured from frame to frame', () => {
    const changes = measured([1, 0.9, 0.8, 0.7].map((light) => lit(photo, light)));
    expect(changes[0]).toBe(1);
    expect(changes[1]).toBeCloseTo(0.9, 1);
    expect(changes[3]).toBeCloseTo(0.7 / 0.8, 1);
    const levels = lightOf(changes, timesOf(changes));
    expect(levels).toHaveLength(4);
    expect(levels[3]! / levels[0]!).toBeCloseTo(0.7, 1);
  });

  test('does not change with what comes into the picture', () => {
    const visited = [0, 8, 16, 24].map((width) => {
      const data = Uint8Array.from(photo.data);
      for (let y = 0; y < 36; y += 1) data.fill(255, y * 64 * 3, (y * 64 + width) * 3);
      return { ...photo, data };
    });
    const changes = measured(visited);
    expect(changes).toEqual([1, 1, 1, 1]);
    expect(lightOf(changes, timesOf(changes))).toEqual([]);
  });

  test('that stays changed is what painting gets used to', () => {
    const changes = [1, 1.3, ...Array.from({ length: 200 }, () => 1)];
    const levels = lightOf(changes, timesOf(changes));
    expect(levels[1]! / levels[0]!).toBeCloseTo(1.3, 5);
    expect(levels.at(-1)! / levels[0]!).toBeLessThan(1.03);
  });

  test('is neither without end nor nothing, also where the film comes out of the dark', () => {
    const changes = measured([0, 0, 0.2, 0.6, 1, 1].map((light) => lit(photo, light)));
    for (const level of lightOf(changes, timesOf(changes))) {
      expect(level).toBeGreaterThanOrEqual(0.5);
      expect(level).toBeLessThanOrEqual(2);
    }
  });

  test('on a picture makes it lighter, to white at most', () => {
    const { data } = lit(
      { width: 3, height: 1, data: Uint8Array.from([0, 10, 100, 200, 255, 128, 1, 2, 3]) },
      2,
    );
    expect([...data]).toEqual([0, 20, 200, 255, 255, 255, 2, 4, 6]);
  });
});
