/** `impasto stylize --style-image`: any picture as the style. */

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runImpasto } from '../support/cli.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { jpeg } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

const folder = temporary();
writeFileSync(join(folder, 'photo.jpg'), await jpeg(64, 48));
copyFileSync(join(MODELS_DIR, 'great-wave', 'preview.jpg'), join(folder, 'waves.jpg'));
copyFileSync(join(MODELS_DIR, 'udnie', 'preview.jpg'), join(folder, 'udnie.jpg'));
writeFileSync(join(folder, 'text.jpg'), 'no picture');

const stylize = (...words: readonly string[]) =>
  runImpasto(['stylize', 'photo.jpg', ...words], folder);
const painted = async (...words: readonly string[]) => {
  const { code, stderr } = await stylize(...words, '-o', 'painted.png');
  expect([code, stderr]).toEqual([0, '']);
  return readFileSync(join(folder, 'painted.png'));
};

describe('a picture as the style', () => {
  test('is painted like, alone and in a mix', async () => {
    const waves = await painted('--style-image', 'waves.jpg');
    expect(await painted('--style-image', 'udnie.jpg')).not.toEqual(waves);
    expect(await painted('--style-image', 'waves.jpg', '--style', 'image:1,udnie:0')).toEqual(
      waves,
    );
    const mixed = await painted('--style-image', 'waves.jpg', '-s', 'image:0.5,udnie:0.5');
    expect(mixed).not.toEqual(waves);
  });

  test('is called image in the names of paintings', async () => {
    const { code } = await stylize('--style-image', 'waves.jpg');
    expect(code).toBe(0);
    expect(readdirSync(folder)).toContain('photo-image.jpg');
  });

  test.each([
    [['--style-image', 'text.jpg'], /Expected a JPEG.*got something else/],
    [['--style-image', 'nowhere.jpg'], /nowhere\.jpg/],
    [['--style-image', 'waves.jpg', '--all-styles'], /cannot be used with/],
  ])('%j is refused', async (words, message) => {
    const { code, stderr } = await stylize(...words);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
