import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resize } from '../../src/images/resize.ts';
import { resampled as resampledPicture } from '../../src/pictures/resampled.ts';
import { FULL_SHARE } from '../../src/pictures/simd/kernels.ts';
import { pixelRoom } from '../../src/pictures/simd/room.ts';
import { randomPicture } from '../support/random.ts';

const resampled = (...given: Parameters<typeof resampledPicture>) =>
  resampledPicture(...given).data;

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

const side = fc.integer({ min: 1, max: 90 });
const extent = fc.record({ width: side, height: side });

test('bands of any height give the same', () => {
  fc.assert(
    fc.property(extent, extent, fc.integer({ min: 1, max: 40 }), (from, to, bandRows) => {
      const picture = randomPicture(from.width, from.height, 1);
      const whole = resampled(picture, to, to.height);
      expect(Buffer.compare(resampled(picture, to, bandRows), whole)).toBe(0);
    }),
  );
});

test('what is of one color stays so at any size', () => {
  fc.assert(
    fc.property(extent, extent, ({ width, height }, to) => {
      const picture = { width, height, data: new Uint8Array(width * height * 3).fill(201) };
      expect(new Set(resampled(picture, to, to.height))).toEqual(new Set([201]));
    }),
  );
});

test('pictures are reduced as libvips reduces them', async () => {
  const photo = randomPicture(211, 160, 3);
  const to = { width: 83, height: 70 };
  const expected = await resize(photo, to);
  expect(largestDifference(resampled(photo, to, 9), expected.data)).toBeLessThanOrEqual(6);
});

test('what is enlarged and reduced again is nearly what it was', async () => {
  const smooth = await resize(randomPicture(8, 6, 3), { width: 80, height: 60 });
  const to = { width: 183, height: 131 };
  const large = { ...to, data: resampled(smooth, to, 7) };
  const again = resampled(large, smooth, 7);
  expect(largestDifference(again, smooth.data)).toBeLessThanOrEqual(3);
});

test('a share of a difference is added, and what is beyond a byte cut off', () => {
  const room = pixelRoom();
  const [base, more, less] = [room.take(9), room.take(9), room.take(9)];
  room.view(base, 9).set([0, 10, 100, 250, 255, 7, 8, 9, 10]);
  room.view(more, 9).set([0, 20, 200, 255, 0, 1, 255, 0, 11]);
  room.view(less, 9).set([9, 10, 100, 0, 255, 0, 0, 0, 10]);
  room.kernels.addShare(base, base + 9, more, less, FULL_SHARE);
  expect([...room.view(base, 9)]).toEqual([0, 20, 200, 255, 0, 8, 255, 9, 11]);
  room.kernels.addShare(base, base + 9, more, less, Math.round(FULL_SHARE / 2));
  expect([...room.view(base, 9)]).toEqual([0, 25, 250, 255, 0, 9, 255, 9, 12]);
});
