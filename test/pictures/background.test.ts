import { describe, expect, test } from 'vitest';
import { keepGround, whiteGround } from '../../src/pictures/background.ts';
import type { Picture } from '../../src/pictures/picture.ts';

/** W is white, w nearly so, anything else dark. */
function drawn(...rows: string[]): Picture {
  const value = (letter: string) => ({ W: 255, w: 246 })[letter] ?? 40;
  const pixels = rows.join('').split('').map(value);
  const data = Uint8Array.from(pixels.flatMap((level) => [level, level, level]));
  return { width: rows[0]!.length, height: rows.length, data };
}

const maskOf = (picture: Picture) => {
  const mask = whiteGround(picture);
  return mask && Array.from({ length: mask.data.length / 3 }, (_, i) => mask.data[i * 3]! / 255);
};

describe('a white ground', () => {
  test('is what is white and reaches the border, and one pixel around', () => {
    const mask = maskOf(
      drawn('WwWWWWWW', 'W......W', 'W......W', 'W..WW..W', 'W..WW..W', 'W......W', 'WWWWWWWw'),
    )!;
    expect(mask.slice(0, 8)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    // White inside of the product is not ground.
    expect(mask.slice(24, 32)).toEqual([1, 1, 0, 0, 0, 0, 1, 1]);
  });

  test('is nowhere in a picture without one', () => {
    expect(maskOf(drawn('....', '.WW.', '....'))).toBeUndefined();
  });

  test('comes back as it was, and nothing else does', () => {
    const photo = drawn('WWWW', 'W..W', 'WWWW');
    const painting = new Uint8Array(photo.data.length).fill(100);
    keepGround(painting, photo.data, whiteGround(photo)!.data);
    const levels = Array.from({ length: 12 }, (_, i) => painting[i * 3]);
    expect(levels).toEqual([255, 255, 255, 255, 255, 100, 100, 255, 255, 255, 255, 255]);
  });
});
