/** Names as pictures. */

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writtenName } from '../../src/pictures/pixel-letters.ts';
import { MODELS_DIR } from '../support/folders.ts';

const drawn = (name: string, dot = 1) => {
  const { width, height, data } = writtenName(name, dot);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      (data[(y * width + x) * 3] ?? 0) < 128 ? '#' : '.',
    ).join(''),
  );
};

test('letters are drawn with a column between them', () => {
  expect(drawn('t-1')).toEqual([
    '.#............#..',
    '.#...........##..',
    '###...........#..',
    '.#....#####...#..',
    '.#............#..',
    '.#..#.........#..',
    '..##.........###.',
  ]);
});

test('dots are as large as they are asked for', () => {
  const [{ width, height }, small] = [writtenName('udnie', 3), writtenName('udnie', 1)];
  expect([width, height]).toEqual([small.width * 3, small.height * 3]);
});

test('every letter of a style that ships can be told from the others', () => {
  const letters = [...new Set(readdirSync(MODELS_DIR).join(''))];
  expect(new Set(letters.map((letter) => drawn(letter).join('\n'))).size).toBe(letters.length);
  expect(drawn('?').join('')).not.toContain('#');
});
