/** strength = 0 gives the photograph back at every alpha: whatever is visible keeps its color. */

import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../../src/images/decode.ts';
import { readHeader } from '../../src/images/header.ts';
import { decodeToRaster } from '../../src/images/rasters.ts';
import { openRaster } from '../../src/rasters/file-raster.ts';
import { png } from '../support/tagged.ts';
import { temporary } from '../support/temporary.ts';

const SIDE = 8;

const pixels = fc.array(fc.tuple(byte(), byte(), byte(), alpha()), {
  minLength: SIDE * SIDE,
  maxLength: SIDE * SIDE,
});

function byte() {
  return fc.oneof(fc.constantFrom(0, 255), fc.integer({ min: 0, max: 255 }));
}

function alpha() {
  return fc.oneof(fc.constantFrom(0, 1, 2, 128, 254, 255), fc.integer({ min: 0, max: 255 }));
}

async function inStrips(file: Buffer) {
  const folder = temporary();
  let count = 0;
  const header = await readHeader(file, { maxPixels: 1e6, maxPages: 1 });
  const fresh = () => join(folder, `${count++}.v`);
  const { picture } = await decodeToRaster({ file, header }, header.extent, fresh);
  const raster = await openRaster(picture);
  const data = await raster.read({ begin: 0, end: SIDE });
  await raster.close();
  return data;
}

async function inMemory(file: Buffer) {
  const header = await readHeader(file, { maxPixels: 1e6, maxPages: 1 });
  return (await decode({ file, header }, header.extent)).picture.data;
}

test.each([
  ['memory', inMemory, 40],
  ['strips', inStrips, 15],
] as const)('in %s', async (_, road, numRuns) => {
  await fc.assert(
    fc.asyncProperty(pixels, async (colors) => {
      const file = png({
        width: SIDE,
        height: SIDE,
        channels: 4,
        bits: 8,
        samples: colors.flat(),
      });
      const data = await road(file);
      const visible = colors.flatMap(([r, g, b, a], i) =>
        a === 0 ? [] : [[[...data.subarray(i * 3, i * 3 + 3)], [r, g, b]]],
      );
      for (const [got, expected] of visible) expect(got).toEqual(expected);
    }),
    { numRuns },
  );
});
