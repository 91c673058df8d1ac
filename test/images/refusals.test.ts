/** Never 200 for what was not understood: every refusal names what came. */

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/images/decode.ts';
import { readHeader } from '../../src/images/header.ts';
import { jpeg, picture } from '../support/pictures.ts';
import { type Pixels, tiff } from '../support/tagged.ts';

const limits = { maxPixels: 1_000_000, maxPages: 3 };
const bytes = (text: string) => Buffer.from(text, 'latin1');
const box = (...brands: string[]) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 8 + 4 * (brands.length + 1)]),
    bytes(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`),
  ]);

describe('files of other kinds', () => {
  test.each([
    ['animated AVIF', box('avis', 'avif', 'avis', 'msf1', 'mif1')],
    ['animated HEIC', box('hevc', 'mif1', 'heic')],
    ['JPEG XL', bytes('\xff\x0a\xfa\x7f')],
    ['JPEG XL', bytes('\0\0\0\x0cJXL \r\n\x87\n')],
    ['JPEG 2000', bytes('\0\0\0\x0cjP  \r\n\x87\n')],
    ['JPEG 2000', bytes('\xff\x4f\xff\x51\0\x2f')],
    ['icon (ICO)', bytes('\0\0\x01\0\x01\0\x10\x10')],
    ['Photoshop (PSD)', bytes('8BPS\0\x01')],
    ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['SVG', bytes('\xef\xbb\xbf\n<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>')],
    ['SVG', bytes('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>')],
    ['HTML', bytes('<!doctype html><title>not found</title>')],
    ['XML', bytes('<?xml version="1.0"?><Error/>')],
    ['PDF', bytes('%PDF-1.7')],
    ['BMP', bytes('BM\0\0\0\0')],
    ['ZIP', bytes('PK\x03\x04')],
    ['MP4', box('isom', 'iso2', 'mp41')],
    ['QuickTime', box('qt  ')],
    ['HEIF (neither AVIF nor HEIC)', box('mif1', 'miaf')],
    ['Canon raw', bytes('II*\0\x10\0\0\0CR\x02\0')],
    ['OpenEXR', bytes('\x76\x2f\x31\x01')],
  ])('%s', async (name, file) => {
    await expect(readHeader(file, limits)).rejects.toMatchObject({
      type: 'unsupported-media-type',
      message: expect.stringContaining(`got ${name} data`),
    });
  });

  test.each([
    ['12-bit', 0xc1, 12],
    ['lossless', 0xc3, 8],
  ])('JPEG that is %s', async (name, marker, bits) => {
    const file = await jpeg();
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
    file.writeUInt8(marker, frame + 1);
    file.writeUInt8(bits, frame + 4);
    await expect(readHeader(file, limits)).rejects.toMatchObject({
      message: expect.stringContaining(`${name} JPEG`),
    });
  });
});

describe('TIFF', () => {
  const pixels = (channels: number): Pixels => ({
    width: 16,
    height: 8,
    channels,
    bits: 8,
    samples: Array.from({ length: 16 * 8 * channels }, (_, i) => i % 256),
  });
  const formats = [
    [2, 8, 'signed whole numbers of 8 bits'],
    [2, 16, 'signed whole numbers of 16 bits'],
    [1, 32, 'whole numbers of 32 bits'],
    [2, 32, 'signed whole numbers of 32 bits'],
    [3, 16, 'floating-point numbers of 16 bits'],
    [3, 32, 'floating-point numbers of 32 bits'],
    [3, 64, 'floating-point numbers of 64 bits'],
    [5, 32, 'complex whole numbers of 32 bits'],
    [6, 64, 'complex floating-point numbers of 64 bits'],
  ] as const;

  test.each(formats.flatMap((format) => [1, 3].map((channels) => [...format, channels] as const)))(
    'samples of format %i, %i bits: %s, %i channels',
    async (sampleFormat, bits, name, channels) => {
      const data = Buffer.alloc((16 * 8 * channels * bits) / 8, 0x40);
      const photometric = channels === 1 ? 1 : 2;
      const file = tiff(pixels(channels), { photometric, bits, sampleFormat, data });
      await expect(readHeader(file, limits)).rejects.toMatchObject({
        type: 'unsupported-media-type',
        message: expect.stringContaining(name),
      });
    },
  );

  test.each([
    [8, 'CIELAB'],
    [32_803, 'raw samples of a camera'],
    [32_845, 'LogLuv'],
    [4711, 'colors of kind 4711'],
  ])('colors of kind %i', async (photometric, name) => {
    await expect(readHeader(tiff(pixels(3), { photometric }), limits)).rejects.toMatchObject({
      type: 'unsupported-media-type',
      message: expect.stringContaining(name),
    });
  });
});

describe('JPEG without its end marker', () => {
  const whole = picture(64, 48).jpeg({ quality: 95 }).toBuffer();
  const progressive = picture(64, 48).jpeg({ quality: 95, progressive: true }).toBuffer();

  test.each([
    ['baseline', whole],
    ['progressive', progressive],
  ])('%s: only the marker may be missing', async (_, making) => {
    const file = await making;
    const decoded = async (bytes: Buffer) => {
      const header = await readHeader(bytes, limits);
      return (await decode({ file: bytes, header }, header.extent)).picture.data;
    };
    const expected = await decoded(file);
    expect(await decoded(file.subarray(0, -2))).toEqual(expected);
    expect(await decoded(file.subarray(0, -1))).toEqual(expected);
    for (const part of [0.3, 0.5, 0.9]) {
      const cut = file.subarray(0, Math.floor(file.length * part));
      await expect(decoded(cut)).rejects.toMatchObject({ type: 'image-unreadable' });
    }
  });
});

describe('pages are counted no further than the limit', () => {
  test('a chain of pages without an end', async () => {
    const file = tiff(
      { width: 4, height: 4, channels: 1, bits: 8, samples: Array(16).fill(9) },
      { photometric: 1 },
    );
    // The last page says that the first is the next one.
    file.writeUInt32LE(file.readUInt32LE(4), file.length - 4);
    await expect(readHeader(file, limits)).rejects.toMatchObject({ type: 'image-too-large' });
  });

  test.each([
    [3, true],
    [4, false],
  ])('%i pages of TIFF, frames of GIF and WebP', async (pages, fits) => {
    const one = { width: 4, height: 4, channels: 1, bits: 8, samples: Array(16).fill(9) } as const;
    const frames = Buffer.from(Array.from({ length: 16 * 3 * pages }, (_, i) => (i * 7) % 256));
    const animation = sharp(frames, {
      raw: { width: 4, height: 4 * pages, channels: 3, pageHeight: 4 },
    });
    const files = [
      tiff(one, { photometric: 1, pages }),
      await animation.clone().gif().toBuffer(),
      await animation.clone().webp().toBuffer(),
    ];
    for (const file of files) {
      const reading = readHeader(file, limits);
      if (fits) expect(await reading).toMatchObject({ extent: { width: 4, height: 4 } });
      else await expect(reading).rejects.toMatchObject({ type: 'image-too-large' });
    }
  });
});
