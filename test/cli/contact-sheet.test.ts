/** Sheets of all styles, as a person asks for them. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { runImpasto } from '../support/cli.ts';
import { STYLE_COUNT } from '../support/folders.ts';
import { jpeg } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

async function folderWithPhoto(): Promise<string> {
  const folder = temporary();
  writeFileSync(join(folder, 'photo.jpg'), await jpeg(160, 120));
  return folder;
}

test('every style is on the sheet, in the format that its name says', async () => {
  const folder = await folderWithPhoto();
  const words = ['contact-sheet', 'photo.jpg', '-o', 'sheet.png', '--max-size', '80'];
  expect(await runImpasto(words, folder)).toEqual({ code: 0, stdout: '', stderr: '' });
  const { data, info } = await sharp(join(folder, 'sheet.png'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const columns = Math.ceil(Math.sqrt(STYLE_COUNT));
  const rows = Math.ceil(STYLE_COUNT / columns);
  expect([info.width, info.height]).toEqual([24 + columns * 104, 24 + rows * (60 + 48)]);
  const cells = Array.from({ length: STYLE_COUNT }, (_, i) => {
    const [left, top] = [24 + (i % columns) * 104, 24 + Math.floor(i / columns) * 108];
    const lines = Array.from({ length: 60 }, (_, y) => {
      const from = ((top + y) * info.width + left) * info.channels;
      return data.subarray(from, from + 80 * info.channels);
    });
    return Buffer.concat(lines).toString('base64');
  });
  expect(new Set(cells).size).toBe(STYLE_COUNT);
});

test('it lies beside the photograph where no output is named', async () => {
  const folder = await folderWithPhoto();
  expect((await runImpasto(['contact-sheet', 'photo.jpg'], folder)).code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['photo-contact-sheet.jpg', 'photo.jpg']);
});

test('the photograph is not overwritten, and what cannot be written is said', async () => {
  const folder = await folderWithPhoto();
  const before = readFileSync(join(folder, 'photo.jpg'));
  for (const output of ['photo.jpg', 'sheet.gif']) {
    const { code, stderr } = await runImpasto(['contact-sheet', 'photo.jpg', '-o', output], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^impasto: Expected /)]);
  }
  expect(readFileSync(join(folder, 'photo.jpg')).equals(before)).toBe(true);
});
