/**
 * sRGB is a promise: depth x color model x what says what the numbers mean, in memory and in strips
 * alike, each against a conversion by plain formulas.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/images/decode.ts';
import { readHeader } from '../../src/images/header.ts';
import { heicDecoder } from '../../src/images/heic/heic.ts';
import { decodeToRaster } from '../../src/images/rasters.ts';
import { openRaster } from '../../src/rasters/file-raster.ts';
import { DIST_DIR } from '../support/dist.ts';
import {
  fixedPoint,
  type Pixels,
  type PngChunk,
  png,
  profile,
  profileChunk,
  tiff,
} from '../support/tagged.ts';
import { temporary } from '../support/temporary.ts';

type Color = readonly [number, number, number];

/** Numbers as they stand in the file, 0..1. */
const NUMBERS: readonly Color[] = [
  [0.5, 0.375, 0.25],
  [0.6, 0.3, 0.3],
  [0.3, 0.6, 0.35],
  [0.3, 0.35, 0.6],
  [0.12, 0.12, 0.12],
  [0.64, 0.64, 0.64],
  [0, 0, 0],
  [0.35, 0.55, 0.35],
];
const PATCH = 8;
const SIZE = { width: NUMBERS.length * PATCH, height: 12 };

const srgbToLight = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const lightToByte = (v: number) => {
  const light = Math.min(1, Math.max(0, v));
  return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
};
const times = (m: readonly Color[], [r, g, b]: Color) =>
  m.map(([x, y, z]) => x * r + y * g + z * b) as unknown as Color;

/** Published matrices of linear light (CSS Color 4, BT.2087, Lindbloom for Adobe RGB). */
const P3: readonly Color[] = [
  [1.2249401, -0.2249404, 0],
  [-0.0420569, 1.0420571, 0],
  [-0.0196376, -0.0786361, 1.0982735],
];
const BT2020: readonly Color[] = [
  [1.6605, -0.5876, -0.0728],
  [-0.1246, 1.1329, -0.0083],
  [-0.0182, -0.1006, 1.1187],
];
const ADOBE: readonly Color[] = [
  [1.3983557, -0.3983557, 0],
  [0, 1, 0],
  [0, -0.0429289, 1.0429289],
];
const SAME: readonly Color[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** SMPTE ST 2084, over diffuse white of 203 candela per square meter (BT.2408). */
const pqToLight = (v: number) => {
  const p = v ** (1 / 78.84375);
  return (
    (10_000 * (Math.max(p - 0.8359375, 0) / (18.8515625 - 18.6875 * p)) ** (1 / 0.1593017578125)) /
    203
  );
};
const hlgToScene = (v: number) =>
  v <= 0.5 ? (v * v) / 3 : (Math.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12;

const power = (exponent: number) => (color: Color) =>
  color.map((v) => v ** exponent) as unknown as Color;
const through = (curve: (v: number) => number, matrix: readonly Color[]) => (color: Color) =>
  times(matrix, color.map(curve) as unknown as Color);

/** Above this, highlights are rolled off rather than exact. */
const HDR_EXACT = 0.85;

/** Light (linear sRGB) of the numbers, by what says what they mean. */
interface Meaning {
  readonly chunks: readonly PngChunk[];
  readonly light: (color: Color) => Color;
  /** For gray pictures, where it differs. */
  readonly gray?: Pick<Meaning, 'chunks' | 'light'>;
  readonly hdr?: boolean;
}

const cicp = (primaries: number, transfer: number, fullRange = 1): PngChunk => [
  'cICP',
  Buffer.from([primaries, transfer, 0, fullRange]),
];
const gamma = (value: number): PngChunk => ['gAMA', fixedPoint(value)];
const adobe: PngChunk = ['cHRM', fixedPoint(0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)];
const ICC: Meaning = {
  chunks: [profileChunk(profile('RGB ', 1.8))],
  light: (color) => times(P3, power(1.8)(color)),
  gray: { chunks: [profileChunk(profile('GRAY', 1.8))], light: power(1.8) },
};

const MEANINGS: Readonly<Record<string, Meaning>> = {
  none: { chunks: [], light: through(srgbToLight, SAME) },
  sRGB: { chunks: [['sRGB', Buffer.from([0])], gamma(0.45455)], light: through(srgbToLight, SAME) },
  ICC,
  'ICC, linear': {
    chunks: [profileChunk(profile('RGB ', 1))],
    light: (color) => times(P3, color),
    gray: { chunks: [profileChunk(profile('GRAY', 1))], light: (color) => color },
  },
  'cICP: Display P3': { chunks: [cicp(12, 13)], light: through(srgbToLight, P3) },
  'cICP: BT.709': {
    chunks: [cicp(1, 1)],
    light: through((v) => (v < 0.081 ? v / 4.5 : ((v + 0.099) / 1.099) ** (1 / 0.45)), SAME),
  },
  'cICP: linear BT.2020': { chunks: [cicp(9, 8)], light: (color) => times(BT2020, color) },
  'cICP: PQ': { chunks: [cicp(9, 16)], light: through(pqToLight, BT2020), hdr: true },
  'cICP: HLG': {
    chunks: [cicp(9, 18)],
    hdr: true,
    light: (color) => {
      const scene = color.map(hlgToScene) as unknown as Color;
      const y = 0.2627 * scene[0] + 0.678 * scene[1] + 0.0593 * scene[2];
      const gain = (1000 * y ** 0.2) / 203;
      return times(BT2020, scene.map((v) => (y === 0 ? 0 : v * gain)) as unknown as Color);
    },
  },
  'cICP: video range': {
    chunks: [cicp(1, 13, 0)],
    light: through((v) => srgbToLight(Math.min(1, Math.max(0, (v * 255 - 16) / 219))), SAME),
  },
  'cICP before ICC': {
    chunks: [cicp(12, 13), ...ICC.chunks],
    light: through(srgbToLight, P3),
    gray: { chunks: [cicp(12, 13), ...(ICC.gray?.chunks ?? [])], light: through(srgbToLight, P3) },
  },
  'gAMA: linear': { chunks: [gamma(1)], light: (color) => color },
  'gAMA: 1/1.8': { chunks: [gamma(1 / 1.8)], light: power(1.8) },
  'gAMA: 1/2.2 stands for sRGB': { chunks: [gamma(0.45455)], light: through(srgbToLight, SAME) },
  'gAMA and cHRM: Adobe RGB': {
    chunks: [gamma(1 / 2.2), adobe],
    light: (color) => times(ADOBE, power(2.2)(color)),
  },
};

const MODELS = { gray: 1, 'gray with alpha': 2, RGB: 3, 'RGB with alpha': 4 } as const;

/** Levels of 255; numbers of 8 bits are coarse where an encoding is linear. */
const TOLERANCE = 2;

function pixelsOf(channels: number, bits: 8 | 16, spares: readonly number[] = []): Pixels {
  const most = 2 ** bits - 1;
  const one = ([r, g, b]: Color) => {
    const color = channels < 3 ? [r] : [r, g, b];
    const alpha = channels % 2 === 0 ? [ALPHA] : [];
    return [...color, ...alpha, ...spares].map((v) => Math.round(v * most));
  };
  const row = NUMBERS.flatMap((color) => Array.from({ length: PATCH }, () => one(color)).flat());
  const samples = Array.from({ length: SIZE.height }, () => row).flat();
  return { ...SIZE, channels: channels + spares.length, bits, samples };
}

const ALPHA = 0.6;

const heic = heicDecoder({ script: join(DIST_DIR, 'heic-worker.js'), timeoutMs: 30_000 });
const never = new AbortController().signal;

async function opened(file: Buffer) {
  const header = await readHeader(file, { maxPixels: 1e6, maxPages: 10 });
  return { header, file: header.format === 'heic' ? await heic.toTiff(file, header, never) : file };
}

/** By the same road as pictures in memory, or as those in strips. */
const ROADS = {
  memory: async (bytes: Buffer) => {
    const { file, header } = await opened(bytes);
    const { picture, alpha } = await decode({ file, header }, header.extent);
    return { data: picture.data, alpha };
  },
  strips: async (bytes: Buffer) => {
    const folder = temporary();
    let count = 0;
    const { file, header } = await opened(bytes);
    const fresh = () => join(folder, `${count++}.v`);
    const { picture, alpha } = await decodeToRaster({ file, header }, header.extent, fresh);
    const rows = { begin: 0, end: picture.height };
    const read = async (path: string, channels: number) => {
      const raster = await openRaster({ ...header.extent, path }, channels);
      const data = await raster.read(rows);
      await raster.close();
      return data;
    };
    return {
      data: await read(picture.path, 3),
      alpha: alpha === undefined ? undefined : await read(alpha, 1),
    };
  },
};

const fixture = (name: string) => readFile(new URL(`files/${name}`, import.meta.url));

function expectColors(
  data: Uint8Array,
  light: (color: Color) => Color,
  { gray = false, bits = 8, hdr = false, tolerance = TOLERANCE } = {},
): void {
  const most = 2 ** bits - 1;
  NUMBERS.forEach((numbers, i) => {
    const stored = (gray ? [numbers[0], numbers[0], numbers[0]] : numbers).map(
      (v) => Math.round(v * most) / most,
    ) as unknown as Color;
    const expected = light(stored);
    if (hdr && Math.max(...expected) > HDR_EXACT) return;
    const at = ((SIZE.height / 2) * SIZE.width + i * PATCH + PATCH / 2) * 3;
    const got = [...data.subarray(at, at + 3)];
    const off = got.map((value, channel) => Math.abs(value - lightToByte(expected[channel]!)));
    expect([numbers, got, Math.max(...off) <= tolerance]).toEqual([numbers, got, true]);
  });
}

describe.each(Object.entries(ROADS))('in %s', (_, road) => {
  describe.each([8, 16] as const)('%i bits', (bits) => {
    describe.each(Object.entries(MODELS))('%s', (_, channels) => {
      test.each(Object.keys(MEANINGS))('PNG: %s', async (name) => {
        const meaning = MEANINGS[name]!;
        const gray = channels < 3;
        const { chunks, light } = (gray && meaning.gray) || meaning;
        const { data, alpha } = await road(png(pixelsOf(channels, bits), chunks));
        expectColors(data, light, { gray, bits, hdr: meaning.hdr === true });
        if (channels % 2 === 1) expect(alpha).toBeUndefined();
        else expect(new Set(alpha)).toEqual(new Set([Math.round(ALPHA * 255)]));
      });

      test.each(['none', 'ICC'])('TIFF: %s', async (name) => {
        const meaning = MEANINGS[name]!;
        const gray = channels < 3;
        const { light } = (gray && meaning.gray) || meaning;
        const file = tiff(pixelsOf(channels, bits), {
          photometric: gray ? 1 : 2,
          ...(channels % 2 === 0 && { extraSamples: [2] }),
          ...(name === 'ICC' && { profile: profile(gray ? 'GRAY' : 'RGB ', 1.8) }),
        });
        const { data, alpha } = await road(file);
        expectColors(data, light, { gray, bits });
        expect(alpha?.[0]).toBe(channels % 2 === 0 ? Math.round(ALPHA * 255) : undefined);
      });

      test.each([
        ['after alpha', [0.3]],
        ['four of them', [0.3, 0.1, 0, 1]],
      ] as const)('TIFF with spare channels %s', async (_, spares) => {
        const gray = channels < 3;
        const hasAlpha = channels % 2 === 0;
        const file = tiff(pixelsOf(channels, bits, spares), {
          photometric: gray ? 1 : 2,
          extraSamples: [...(hasAlpha ? [2] : []), ...spares.map(() => 0)],
          profile: profile(gray ? 'GRAY' : 'RGB ', 1.8),
        });
        const { data, alpha } = await road(file);
        expectColors(data, ((gray && ICC.gray) || ICC).light, { gray, bits });
        expect(alpha?.[0]).toBe(hasAlpha ? Math.round(ALPHA * 255) : undefined);
      });
    });

    test('an alpha that stands behind other channels is found', async () => {
      const pixels = pixelsOf(3, bits, [0.2, 0, 1, ALPHA]);
      const file = tiff(pixels, { photometric: 2, extraSamples: [0, 0, 0, 2] });
      const { data, alpha } = await road(file);
      expectColors(data, MEANINGS['none']!.light, { bits });
      expect(alpha?.[0]).toBe(Math.round(ALPHA * 255));
    });

    test('a profile that does not fit the picture is none', async () => {
      for (const [channels, wrong] of [
        [1, 'RGB '],
        [3, 'GRAY'],
      ] as const) {
        const file = tiff(pixelsOf(channels, bits), {
          photometric: channels === 1 ? 1 : 2,
          profile: profile(wrong, 1.8),
        });
        const { data } = await road(file);
        expectColors(data, MEANINGS['none']!.light, { gray: channels === 1, bits });
      }
    });
  });

  test.each(['jpeg', 'webp', 'avif'] as const)('%s with a profile', async (format) => {
    const pixels = pixelsOf(3, 8);
    const file = await sharp(png(pixels, ICC.chunks))
      .keepIccProfile()
      .toFormat(format, { quality: 100, lossless: format !== 'jpeg', chromaSubsampling: '4:4:4' })
      .toBuffer();
    expectColors((await road(file)).data, ICC.light, { tolerance: 5 });
  });

  test('CMYK of 16 bits is as that of 8', async () => {
    const file = (bits: 8 | 16) => {
      const { samples } = pixelsOf(3, bits);
      const ink = samples.flatMap((v, i) => (i % 3 === 2 ? [v, 0] : [v]));
      return tiff({ ...SIZE, channels: 4, bits, samples: ink }, { photometric: 5 });
    };
    const [eight, sixteen] = [await road(file(8)), await road(file(16))];
    expect(eight.data.every((v, i) => Math.abs(v - sixteen.data[i]!) <= 2)).toBe(true);
    expect(new Set(eight.data).size).toBeGreaterThan(6);
  });

  test.each(['p3', 'linear', 'none'])(
    'AVIF of 8, 10 and 12 bits by code points: %s',
    async (name) => {
      const lights = {
        p3: through(srgbToLight, P3),
        linear: through((v) => v, SAME),
        none: through(srgbToLight, SAME),
      };
      for (const bits of [8, 10, 12]) {
        const { data } = await road(await fixture(`${name}-${bits}.avif`));
        expectColors(data, lights[name as keyof typeof lights], { bits, tolerance: 3 });
      }
    },
  );

  test.each(['pq', 'hlg'])('AVIF of 10 bits with high dynamic range: %s', async (name) => {
    const meaning = MEANINGS[`cICP: ${name.toUpperCase()}`]!;
    const { data } = await road(await fixture(`${name}-10.avif`));
    expectColors(data, meaning.light, { bits: 10, hdr: true, tolerance: 4 });
  });

  test.each([
    ['none', 8, 'none'],
    ['none', 10, 'none'],
    ['icc', 8, 'ICC'],
    ['icc', 10, 'ICC'],
    ['p3', 8, 'cICP: Display P3'],
    ['p3', 10, 'cICP: Display P3'],
    ['pq', 10, 'cICP: PQ'],
    ['hlg', 10, 'cICP: HLG'],
  ] as const)('HEIC: %s, %i bits', async (name, bits, meaning) => {
    const { data } = await road(await fixture(`${name}-${bits}.heic`));
    const { light, hdr = false } = MEANINGS[meaning]!;
    expectColors(data, light, { bits, hdr, tolerance: 5 });
  });
});
