import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/images/decode.ts';
import { readHeader } from '../../src/images/header.ts';
import { sniff } from '../../src/images/sniff.ts';
import { fitted } from '../../src/pictures/picture.ts';
import { halfTransparent, picture, plain } from '../support/pictures.ts';

const limits = { maxPixels: 1_000_000, maxPages: 10 };

async function photoOf(file: Uint8Array, maxSize?: number) {
  const header = await readHeader(file, limits);
  const extent = maxSize === undefined ? header.extent : fitted(header.extent, maxSize);
  return decode({ file, header }, extent);
}

/** The color of a pixel. */
async function colorOf(file: Uint8Array, x = 2, y = 2): Promise<number[]> {
  const { picture: photo } = await photoOf(file);
  const start = (y * photo.width + x) * 3;
  return [...photo.data.subarray(start, start + 3)];
}

const near = (color: readonly number[], tolerance: number) => ({
  asymmetricMatch: (other: number[]) =>
    other.length === 3 && other.every((value, i) => Math.abs(value - color[i]!) <= tolerance),
  toString: () => `within ${tolerance} of ${color}`,
});

describe('every format comes out as 8-bit sRGB', () => {
  const red = plain(24, 16, '#c03020');
  const [r, g, b] = [0xc0, 0x30, 0x20];
  test.each([
    ['jpeg', () => red.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }), 3],
    ['progressive jpeg', () => red.clone().jpeg({ quality: 100, progressive: true }), 3],
    ['cmyk jpeg', () => red.clone().toColourspace('cmyk').jpeg({ quality: 100 }), 40],
    ['png', () => red.clone().png(), 0],
    ['palette png', () => red.clone().png({ palette: true }), 0],
    ['16-bit png', () => red.clone().toColourspace('rgb16').png(), 1],
    ['interlaced png', () => red.clone().png({ progressive: true }), 0],
    ['webp', () => red.clone().webp({ lossless: true }), 0],
    ['avif', () => red.clone().avif({ lossless: true, effort: 1 }), 2],
    ['gif', () => red.clone().gif(), 1],
    ['tiff', () => red.clone().tiff({ compression: 'lzw' }), 0],
    ['16-bit tiff', () => red.clone().toColourspace('rgb16').tiff(), 1],
  ] as const)('%s', async (_, make, tolerance) => {
    const file = await make().toBuffer();
    expect(await photoOf(file)).toMatchObject({
      picture: { width: 24, height: 16 },
      alpha: undefined,
    });
    expect(await colorOf(file)).toEqual(near([r, g, b], tolerance));
  });

  test('gray, 1-bit and 16-bit gray become three equal channels', async () => {
    const gray = plain(8, 8, '#777777').greyscale();
    for (const file of [
      await gray.clone().png().toBuffer(),
      await gray.clone().jpeg().toBuffer(),
      await gray.clone().toColourspace('grey16').png().toBuffer(),
    ]) {
      expect(await colorOf(file)).toEqual(near([0x77, 0x77, 0x77], 2));
    }
    const bit = await gray.clone().threshold(100).png({ palette: true, colors: 2 }).toBuffer();
    expect(await colorOf(bit)).toEqual([255, 255, 255]);
  });

  test('an embedded profile is converted: Display P3 red is outside sRGB', async () => {
    const file = await plain(8, 8, '#ff0000').withIccProfile('p3').png().toBuffer();
    const { data } = await sharp(file, { ignoreIcc: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeLessThan(245);
    expect(await colorOf(file)).toEqual(near([255, 0, 0], 3));
  });
});

describe('orientation', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF %i is applied', async (orientation) => {
    const upright = await photoOf(await picture(30, 20).png().toBuffer());
    const stored = sharp(upright.picture.data, { raw: { width: 30, height: 20, channels: 3 } });
    // Each orientation says how to turn what is stored; storing the inverse turns it back.
    const inverse = {
      1: (s: typeof stored) => s,
      2: (s: typeof stored) => s.flop(),
      3: (s: typeof stored) => s.rotate(180),
      4: (s: typeof stored) => s.flip(),
      5: async (s: typeof stored) => sharp(await s.flop().png().toBuffer()).rotate(270),
      6: (s: typeof stored) => s.rotate(270),
      7: async (s: typeof stored) => sharp(await s.flop().png().toBuffer()).rotate(90),
      8: (s: typeof stored) => s.rotate(90),
    }[orientation]!;
    const turned = await (await inverse(stored)).png().toBuffer();
    const file = await sharp(turned).withMetadata({ orientation }).png().toBuffer();
    const header = await readHeader(file, limits);
    expect(header.extent).toEqual({ width: 30, height: 20 });
    expect((await photoOf(file)).picture.data).toEqual(upright.picture.data);
  });

  test('max_size applies to the upright picture', async () => {
    const file = await sharp(await picture(40, 20).png().toBuffer())
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await photoOf(file, 10)).picture).toMatchObject({ width: 5, height: 10 });
  });
});

describe('animations and documents', () => {
  test('the first frame of a GIF is painted', async () => {
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 200), Buffer.alloc(8 * 8 * 3, 30)]);
    const file = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif({ delay: [100, 100] })
      .toBuffer();
    expect((await sharp(file).metadata()).pages).toBe(2);
    expect((await photoOf(file)).picture).toMatchObject({ width: 8, height: 8 });
    expect(await colorOf(file)).toEqual(near([200, 200, 200], 2));
  });
});

describe('transparency', () => {
  test('is kept apart, and hidden color does not leak into what is painted', async () => {
    const { picture: photo, alpha } = await photoOf(await halfTransparent(64, 48).png().toBuffer());
    expect(alpha?.length).toBe(64 * 48);
    expect([alpha?.[0], alpha?.[63]]).toEqual([0, 255]);
    for (let i = 0; i < photo.data.length; i += 3) {
      expect([...photo.data.subarray(i, i + 3)]).toEqual(near([40, 160, 60], 6));
    }
  });

  test('soft edges take the color beside them', async () => {
    const data = new Uint8Array(40 * 4 * 4);
    for (let i = 0; i < 160; i += 1)
      data.set([200, 100, 50, Math.round(((i % 40) / 39) * 255)], i * 4);
    const file = await sharp(data, { raw: { width: 40, height: 4, channels: 4 } })
      .png()
      .toBuffer();
    const { picture: photo } = await photoOf(file);
    expect([...photo.data.subarray(60, 63)]).toEqual(near([200, 100, 50], 8));
  });

  test('an alpha channel that is opaque everywhere is none', async () => {
    const file = await picture().ensureAlpha().png().toBuffer();
    const { picture: photo, alpha } = await photoOf(file);
    expect(alpha).toBeUndefined();
    expect(photo.data.length).toBe(48 * 36 * 3);
  });

  test('a picture that shows nothing is even gray', async () => {
    const nothing = {
      create: { width: 9, height: 9, channels: 4, background: '#ff00ff00' },
    } as const;
    const { picture: photo } = await photoOf(await sharp(nothing).png().toBuffer());
    expect(new Set(photo.data)).toEqual(new Set([128]));
  });
});

test.each([
  ['JPEG', [0xff, 0xd8, 0xff, 0xe0], 'jpeg'],
  ['HEIC', [0, 0, 0, 24, ...Buffer.from('ftypheic')], 'heic'],
  ['PDF', [...Buffer.from('%PDF-1.4')], undefined],
])('%s is told by its first bytes', (name, bytes, format) => {
  expect(sniff(Uint8Array.from(bytes))).toEqual({ name, format });
});

test('nothing is told by nothing', () => {
  expect(sniff(new Uint8Array())).toBeUndefined();
});
