/** The package as programs use it: photographs in, paintings or problems out. */

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { FieldError } from '../../src/errors.ts';
import {
  createImpasto,
  type FieldProblem,
  type Impasto,
  ImpastoError,
  type StylizeOptions,
} from '../../src/index.ts';
import type { ValuesOf } from '../../src/options/option.ts';
import type { STYLIZATION_OPTIONS } from '../../src/options/stylization.ts';
import '../support/dist.ts';
import { STYLE_COUNT } from '../support/folders.ts';
import { jpeg } from '../support/pictures.ts';
import { temporary } from '../support/temporary.ts';

const folder = temporary();
const path = join(folder, 'photo.jpg');
let photo: Buffer;
let impasto: Impasto;

beforeAll(async () => {
  photo = Buffer.from(await jpeg(64, 48));
  await writeFile(path, photo);
  impasto = await createImpasto({ workers: 1, threads: 1 });
});

afterAll(async () => {
  await impasto.close();
  await rm(folder, { recursive: true });
});

describe('stylize', () => {
  test('paints bytes', async () => {
    const { image, ...painted } = await impasto.stylize(photo, { style: 'udnie' });
    expect(painted).toEqual({
      mediaType: 'image/jpeg',
      format: 'jpeg',
      width: 64,
      height: 48,
      style: 'udnie',
    });
    const { format, width, height } = await sharp(image).metadata();
    expect([format, width, height]).toEqual(['jpeg', 64, 48]);
    expect(Buffer.compare(image, photo)).not.toBe(0);
  });

  test('paints files, by path and by URL, as it paints their bytes', async () => {
    const { image } = await impasto.stylize(photo, { style: 'udnie' });
    for (const place of [path, pathToFileURL(path)]) {
      const painting = await impasto.stylize(place, { style: 'udnie' });
      expect(Buffer.compare(painting.image, image)).toBe(0);
    }
  });

  test('takes the options of the API, and paints in the default style', async () => {
    const options = { max_size: 32, format: 'png', strength: 0, quality: null } as const;
    // Programs without types may say, as JSON does, that there is none.
    const painting = await impasto.stylize(photo, options as unknown as StylizeOptions);
    expect(painting).toMatchObject({ format: 'png', width: 32, height: 24, style: 'starry-night' });
    const original = await sharp(photo).resize(32, 24).removeAlpha().raw().toBuffer();
    const pixels = await sharp(painting.image).removeAlpha().raw().toBuffer();
    const differences = pixels.map((value, i) => Math.abs(value - (original[i] ?? 0)));
    expect(Math.max(...differences)).toBeLessThan(40);
  });

  test('lets more wait than it paints at once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const all = Array.from({ length: 30 }, () => impasto.stylize(photo, { max_size: 16 }));
    expect((await Promise.all(all)).map(({ width }) => width)).toEqual(Array(30).fill(16));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test('gives up with the reason of the signal', async () => {
    const reason = new Error('enough');
    const painting = impasto.stylize(photo, { signal: AbortSignal.abort(reason) });
    await expect(painting).rejects.toBe(reason);
  });
});

const thrown = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

describe('problems', () => {
  const untyped = (value: unknown) => value as StylizeOptions;

  test.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      'an option out of range',
      () => impasto.stylize(photo, { strength: 2 }),
      'invalid-request',
      /^Expected a number from 0 to 1 for strength, got 2\.$/,
    ],
    [
      'an unknown option',
      () => impasto.stylize(photo, untyped({ strenght: 1 })),
      'invalid-request',
      /^Expected only style, .*, got "strenght"\.$/,
    ],
    [
      'an unknown style',
      () => impasto.stylize(photo, { style: 'monet' }),
      'style-not-found',
      /starry-night/,
    ],
    [
      'a mix that is none',
      () => impasto.stylize(photo, { style: 'udnie:' }),
      'invalid-request',
      /^Expected /,
    ],
    [
      'a file that is not there',
      () => impasto.stylize(join(folder, 'none.jpg')),
      'source-failed',
      /^Expected a photograph at .*none\.jpg: ENOENT/,
    ],
    [
      'no photograph',
      () => impasto.stylize(untyped(undefined) as string),
      'invalid-request',
      /^Expected bytes or a path for photo, got nothing\.$/,
    ],
    [
      'no image',
      () => impasto.stylize(Buffer.from('Hello')),
      'unsupported-media-type',
      /^Expected a JPEG/,
    ],
    [
      'settings that are not as expected',
      () => createImpasto({ workers: 0 }),
      'invalid-request',
      /^Expected a whole number from 1 for workers, got 0\.$/,
    ],
    [
      'a default style that is not there',
      () => createImpasto({ defaultStyle: 'monet' }),
      'invalid-request',
      /DEFAULT_STYLE: Expected one of .*, got "monet"/,
    ],
    [
      'a folder without styles',
      () => createImpasto({ modelsDir: folder }),
      'style-unavailable',
      /^Expected /,
    ],
  ])('%s', async (_, work, type, detail) => {
    const error = await thrown(work());
    expect(error).toBeInstanceOf(ImpastoError);
    expect(error).toMatchObject({
      name: 'ImpastoError',
      type,
      title: expect.stringMatching(/^The|^There/),
    });
    expect((error as ImpastoError).detail).toMatch(detail);
    expect((error as ImpastoError).message).toBe((error as ImpastoError).detail);
  });

  test('each option that is not as expected is pointed at', async () => {
    const error = await thrown(impasto.stylize(photo, { strength: 2, detail: -1 }));
    const { errors } = error as ImpastoError;
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/strength', '/detail']);
  });
});

test('styles are told as the catalog has them', () => {
  const styles = impasto.styles();
  expect(styles).toHaveLength(STYLE_COUNT);
  expect(styles.find(({ id }) => id === 'starry-night')).toEqual({
    id: 'starry-night',
    title: 'The Starry Night',
    artist: 'Vincent van Gogh',
    year: '1889',
    rights: expect.stringContaining('Public domain'),
  });
});

describe('close', () => {
  test('finishes what is under way, and nothing is painted after it', async () => {
    const other = await createImpasto({ workers: 1, threads: 1 });
    const painting = other.stylize(photo, { style: 'udnie' });
    await other.close();
    expect((await painting).width).toBe(64);
    expect(await thrown(other.stylize(photo))).toMatchObject({ type: 'shutting-down' });
    await other.close();
  });

  test('comes by itself with await using', async () => {
    const other = await createImpasto({ workers: 1, threads: 1 });
    {
      await using _ = other;
    }
    expect(await thrown(other.stylize(photo))).toMatchObject({ type: 'shutting-down' });
  });
});

/** By the names of the API. */
type Given<Name extends keyof typeof STYLIZATION_OPTIONS> =
  Name extends `${infer Head}_${infer Tail}`
    ? ValuesOf<typeof STYLIZATION_OPTIONS>[`${Head}${Capitalize<Tail>}` &
        keyof ValuesOf<typeof STYLIZATION_OPTIONS>]
    : ValuesOf<typeof STYLIZATION_OPTIONS>[Name & keyof ValuesOf<typeof STYLIZATION_OPTIONS>];

test('the types are those of the options', () => {
  expectTypeOf<Omit<StylizeOptions, 'signal'>>().toEqualTypeOf<{
    readonly [Name in keyof typeof STYLIZATION_OPTIONS]?: Given<Name> | undefined;
  }>();
  expectTypeOf<FieldError>().toEqualTypeOf<FieldProblem>();
});
