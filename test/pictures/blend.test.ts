/** Paintings of frames that show the same are mixed, also where it has moved. */

import { describe, expect, test } from 'vitest';
import { createBlend } from '../../src/pictures/blend.ts';
import { type Picture, type Place, partOf } from '../../src/pictures/picture.ts';
import { randomNumbers, randomPicture } from '../support/random.ts';

const EXTENT = { width: 96, height: 64 };

/** Random squares of 5 x 5 pixels: what is seen is as coarse as what a camera sees. */
function scene(): Picture {
  const small = randomPicture(60, 50, 6);
  const [width, height] = [240, 200];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return small.data[(Math.floor(y / 5) * 60 + Math.floor(x / 5)) * 3 + (i % 3)]!;
  });
  return { width, height, data };
}

/** As if it were painted: other colors, and strokes that are different in every frame. */
function painted({ width, height, data }: Picture, seed: number): Picture {
  const random = randomNumbers(seed);
  const stroke = () => 60 * (random() - 0.5);
  return { width, height, data: data.map((value) => 128 + (value - 128) / 4 + stroke()) };
}

/** Mean change of a painting against the one before, moved onto it, away from the border; of 255. */
function change(before: Picture, now: Picture, moved: Place): number {
  const size = { width: EXTENT.width - 32, height: EXTENT.height - 32 };
  const a = partOf(before, { x: 16 + moved.x, y: 16 + moved.y }, size).data;
  const b = partOf(now, { x: 16, y: 16 }, size).data;
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

/** Mean deviation from the pixel before, of 255. */
function detail({ data }: Picture): number {
  return (
    data.reduce((sum, value, i) => sum + Math.abs(value - (data[i - 3] ?? value)), 0) / data.length
  );
}

function changes(step: Place, told: Place, stability = 1): { plain: number; blended: number } {
  const blend = createBlend(EXTENT, stability);
  const paintings: Picture[] = [];
  const mixed: Picture[] = [];
  for (let i = 0; i < 6; i += 1) {
    const photo = partOf(scene(), { x: 60 + i * step.x, y: 60 + i * step.y }, EXTENT);
    const painting = painted(photo, i);
    paintings.push(painting);
    mixed.push(blend.next(photo, painting, told));
  }
  return {
    plain: change(paintings[4]!, paintings[5]!, step),
    blended: change(mixed[4]!, mixed[5]!, step),
  };
}

describe('a painting is mixed with the one before', () => {
  test.each([
    ['where nothing moves', { x: 0, y: 0 }, { x: 0, y: 0 }],
    ['where something has moved a little', { x: 2, y: -1 }, { x: 0, y: 0 }],
    ['where the camera has moved far', { x: 9, y: 5 }, { x: 9, y: 5 }],
    ['where something has moved besides the camera', { x: 8, y: 4 }, { x: 9, y: 5 }],
  ])('%s', (_, step, told) => {
    const { plain, blended } = changes(step, told);
    expect(blended).toBeLessThan(0.5 * plain);
  });

  test.each([
    ['standing', { x: 0, y: 0 }],
    ['moving', { x: 2, y: -1 }],
  ])('and stays as sharp as paintings of single frames, %s', (_, step) => {
    const blend = createBlend(EXTENT, 1);
    for (let i = 0; i < 24; i += 1) {
      const photo = partOf(scene(), { x: 60 + (i % 6) * step.x, y: 60 + (i % 6) * step.y }, EXTENT);
      const painting = painted(photo, i);
      const mixed = blend.next(photo, painting);
      expect(detail(mixed) / detail(painting)).toBeGreaterThan(0.75);
      expect(detail(mixed) / detail(painting)).toBeLessThan(1.15);
    }
  });

  test('and is left alone where something else is seen', () => {
    const blend = createBlend(EXTENT, 1);
    const [first, second] = [0, 100].map((x) => partOf(scene(), { x, y: 40 }, EXTENT)) as [
      Picture,
      Picture,
    ];
    blend.next(first, painted(first, 1));
    const painting = painted(second, 2);
    const mixed = blend.next(second, painting);
    const off = mixed.data.reduce((sum, value, i) => sum + Math.abs(value - painting.data[i]!), 0);
    expect(off / mixed.data.length).toBeLessThan(4);
  });

  test('not at all without stability', () => {
    const { plain, blended } = changes({ x: 0, y: 0 }, { x: 0, y: 0 }, 0);
    expect(blended).toBe(plain);
  });
});
