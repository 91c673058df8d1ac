/** A camera that moves, is followed; what moves before it, is not. */

import { describe, expect, test } from 'vitest';
import { camera } from '../../src/pictures/camera.ts';
import { type Picture, type Place, partOf } from '../../src/pictures/picture.ts';
import { randomNumbers } from '../support/random.ts';

const EXTENT = { width: 192, height: 128 };

/** Soft spots of many sizes. */
function scene(seed: number): Picture {
  const [width, height] = [360, 300];
  const random = randomNumbers(seed);
  const light = new Float32Array(width * height).fill(120);
  for (let spot = 0; spot < 250; spot += 1) {
    const [cx, cy, radius] = [random() * width, random() * height, 4 + random() * 24];
    const strength = (random() - 0.5) * 120;
    for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(height, cy + radius); y += 1) {
      for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(width, cx + radius); x += 1) {
        const near = 1 - Math.hypot(x - cx, y - cy) / radius;
        if (near > 0) light[y * width + x]! += strength * near;
      }
    }
  }
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    Math.min(255, Math.max(0, light[Math.floor(i / 3)]!)),
  );
  return { width, height, data };
}

/** Of a camera, deviation about 2 of 255. */
function noisy({ width, height, data }: Picture, seed: number): Picture {
  const random = randomNumbers(seed);
  const noise = () => 7 * (random() - 0.5);
  return { width, height, data: data.map((value) => Math.min(255, Math.max(0, value + noise()))) };
}

/** Bright stripes of a third of the frame's width, or less. */
function withVisitor({ width, height, data }: Picture, left: number, wide = 64): Picture {
  const changed = Uint8Array.from(data);
  for (let y = 30; y < 100; y += 1) {
    for (let x = Math.max(0, left); x < Math.min(width, left + wide); x += 1) {
      changed.fill((x - left) % 9 < 4 ? 250 : 180, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { width, height, data: changed };
}

const followed = (frames: readonly Picture[]): Place[] => {
  const { follow } = camera();
  return frames.map(follow);
};

const FRAMES = Array.from({ length: 10 }, (_, i) => i);

describe('a camera', () => {
  test.each([
    [3, 0],
    [-4, 1],
    [0, 7],
    [-2, -5],
    [11, 6],
  ])('that moves by %i, %i pixels a frame is followed', (x, y) => {
    const start = { x: 84 - Math.min(0, x) - 5 * x, y: 70 - 5 * y };
    const places = FRAMES.map((i) => ({ x: start.x + i * x, y: start.y + i * y }));
    const frames = places.map((place, i) => noisy(partOf(scene(1), place, EXTENT), i));
    // Adding 0 makes 0 of -0.
    expect(followed(frames)).toEqual(FRAMES.map((i) => ({ x: i * x + 0, y: i * y + 0 })));
  });

  test('that stands still stays, whatever its noise', () => {
    const still = partOf(scene(2), { x: 50, y: 50 }, EXTENT);
    const places = followed(FRAMES.map((i) => noisy(still, i)));
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`))).toEqual(new Set(['0 0']));
  });

  test('is not moved by who walks before it', () => {
    const still = partOf(scene(3), { x: 50, y: 50 }, EXTENT);
    const places = followed(FRAMES.map((i) => noisy(withVisitor(still, i * 9 - 20), i)));
    expect(places).toEqual(FRAMES.map(() => ({ x: 0, y: 0 })));
  });

  test('and is followed past him', () => {
    const frames = FRAMES.map((i) =>
      withVisitor(partOf(scene(3), { x: 40 + 3 * i, y: 50 }, EXTENT), 52, 40),
    );
    expect(followed(frames).at(-1)).toEqual({ x: 27, y: 0 });
  });

  test('that sees nothing, or something else each time, stays', () => {
    const flat = { ...EXTENT, data: new Uint8Array(EXTENT.width * EXTENT.height * 3).fill(90) };
    expect(followed([flat, flat, flat]).at(-1)).toEqual({ x: 0, y: 0 });
    const others = FRAMES.map((i) => partOf(scene(10 + i), { x: 20, y: 20 }, EXTENT));
    expect(followed(others).at(-1)).toEqual({ x: 0, y: 0 });
  });

  test('may have frames of one pixel', () => {
    const dot = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) };
    expect(followed([dot, dot])).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 0 },
    ]);
  });
});
