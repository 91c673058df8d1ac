/** HEIC: what every iPhone sends. Colors are tested in srgb.test.ts. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decode } from '../../src/images/decode.ts';
import { readHeader } from '../../src/images/header.ts';
import { heicDecoder } from '../../src/images/heic/heic.ts';
import { DIST_DIR } from '../support/dist.ts';

const script = join(DIST_DIR, 'heic-worker.js');
const limits = { maxPixels: 1_000_000, maxPages: 10 };
const never = new AbortController().signal;
const fixture = (name: string) => readFile(new URL(`files/${name}.heic`, import.meta.url));

async function photoOf(file: Uint8Array) {
  const header = await readHeader(file, limits);
  const tiff = await heicDecoder({ script, timeoutMs: 30_000 }).toTiff(file, header, never);
  return { header, ...(await decode({ file: tiff, header }, header.extent)) };
}

const NAMES = {
  red: [200, 40, 40],
  green: [40, 200, 40],
  blue: [40, 40, 200],
  yellow: [200, 200, 40],
};

/** The corners' colors in the order of reading. */
function corners({ width, height, data }: { width: number; height: number; data: Uint8Array }) {
  const [right, bottom] = [width - 5, height - 5];
  return [
    [4, 4],
    [right, 4],
    [4, bottom],
    [right, bottom],
  ].map(([x, y]) => {
    const at = (y! * width + x!) * 3;
    return Object.entries(NAMES).find(([, color]) =>
      color.every((value, i) => Math.abs(value - data[at + i]!) < 12),
    )?.[0];
  });
}

test.each([
  ['quadrants', 64, 32, ['red', 'green', 'blue', 'yellow']],
  ['turned', 32, 64, ['green', 'yellow', 'red', 'blue']],
  ['mirrored', 64, 32, ['green', 'red', 'yellow', 'blue']],
  ['turned-mirrored', 32, 64, ['red', 'blue', 'green', 'yellow']],
] as const)('%s stands upright', async (name, width, height, colors) => {
  const { header, picture } = await photoOf(await fixture(name));
  expect(header).toMatchObject({ format: 'heic', extent: { width, height } });
  expect(picture).toMatchObject({ width, height });
  expect(corners(picture)).toEqual(colors);
});

test('alpha is kept apart', async () => {
  const { alpha } = await photoOf(await fixture('alpha-8'));
  expect(alpha?.every((value) => Math.abs(value - 153) < 4)).toBe(true);
});

test('brands as general as mif1 are told by the compatible ones', async () => {
  const file = await fixture('quadrants');
  file.write('mif1', 8, 'latin1');
  expect(await readHeader(file, limits)).toMatchObject({ format: 'heic' });
});

test('too many pixels are refused before anything is decoded', async () => {
  const file = await fixture('quadrants');
  const size = file.lastIndexOf('ispe') + 8;
  file.writeUInt32BE(40_000, size);
  file.writeUInt32BE(30_000, size + 4);
  await expect(readHeader(file, limits)).rejects.toMatchObject({ type: 'image-too-large' });
});

test('half a file, or noise in it, is unreadable', async () => {
  const file = await fixture('quadrants');
  const broken = Buffer.from(file).fill(0x5a, file.length - 400);
  const header = await readHeader(file, limits);
  const decoder = heicDecoder({ script, timeoutMs: 30_000 });
  for (const bytes of [file.subarray(0, file.length / 2), broken]) {
    await expect(decoder.toTiff(bytes, header, never)).rejects.toMatchObject({
      type: 'image-unreadable',
    });
  }
});

test('what takes too long is ended, and so is what nobody waits for', async () => {
  const file = await fixture('quadrants');
  const header = await readHeader(file, limits);
  await expect(
    heicDecoder({ script, timeoutMs: 1 }).toTiff(file, header, never),
  ).rejects.toMatchObject({ type: 'image-unreadable', message: expect.stringContaining('1 ms') });
  const controller = new AbortController();
  const waiting = heicDecoder({ script, timeoutMs: 30_000 }).toTiff(
    file,
    header,
    controller.signal,
  );
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
});

test('without the package the refusal says what is missing', async () => {
  const file = await fixture('quadrants');
  const wasm = () => {
    throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
  };
  const decoder = heicDecoder({ script, timeoutMs: 30_000, wasm });
  await expect(decoder.toTiff(file, await readHeader(file, limits), never)).rejects.toMatchObject({
    type: 'unsupported-media-type',
    message: expect.stringContaining('libheif-js'),
  });
});
