import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { halfTransparent, jpeg, picture, pixelsOf, plain } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const server = useServer();
const photo = await jpeg();
const path = '/v1/stylizations';

const raw = (query: Record<string, unknown> = {}, body: Buffer = photo, type = 'image/jpeg') =>
  server.post(path).query(query).set('content-type', type).send(body);

async function meanDifference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [left, right] = [await pixelsOf(a), await pixelsOf(b)];
  expect([left.width, left.height]).toEqual([right.width, right.height]);
  const sum = left.data.reduce((total, value, i) => total + Math.abs(value - right.data[i]!), 0);
  return sum / left.data.length;
}

describe('the three forms of a body give the same painting', () => {
  test('raw bytes, form and JSON', async () => {
    const bytes = await server.send(raw({ style: 'udnie' }));
    const form = await server.send(
      server.post(path).attach('image', photo, 'photo.jpg').field('style', 'udnie'),
    );
    const json = await server.send(
      server
        .post(path)
        .set('accept', 'image/jpeg')
        .send({ image: `data:image/jpeg;base64,${photo.toString('base64')}`, style: 'udnie' }),
    );
    for (const answer of [bytes, form, json]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('image/jpeg');
    }
    expect(form.body).toEqual(bytes.body);
    expect(json.body).toEqual(bytes.body);
    expect(await pixelsOf(bytes.body)).toMatchObject({ width: 48, height: 36 });
  });

  test('a form whose image is a data URL, with options in the query', async () => {
    const answer = await server.send(
      server
        .post(path)
        .query({ style: 'udnie' })
        .field('image', `data:image/jpeg;base64,${photo.toString('base64')}`),
    );
    expect(answer.body).toEqual((await raw({ style: 'udnie' })).body);
  });

  test('application/octet-stream is told by its bytes', async () => {
    const answer = await server.send(raw({}, photo, 'application/octet-stream'));
    expect(answer.status).toBe(200);
  });
});

describe('the answer', () => {
  test('as JSON describes the painting and what it was made with', async () => {
    const answer = await server.send(
      raw({ style: 'udnie:0.25,great-wave:0.75', max_size: 24 }).set('accept', 'application/json'),
    );
    expect(answer.body).toMatchObject({
      status: 'succeeded',
      style: 'great-wave:0.75,udnie:0.25',
      options: {
        strength: 1,
        preserve_colors: false,
        stroke_size: 1,
        detail: 0.25,
        preserve_background: false,
        max_size: 24,
        quality: null,
      },
      output: { media_type: 'image/jpeg', width: 24, height: 18 },
    });
    const painting = Buffer.from(await (await fetch(answer.body.output.url)).arrayBuffer());
    expect(painting.byteLength).toBe(answer.body.output.bytes);
    expect(await pixelsOf(painting)).toMatchObject({ width: 24, height: 18 });
  });

  test('says where its time went', async () => {
    const { headers } = await server.send(raw());
    for (const step of ['receive', 'queue', 'decode', 'inference', 'encode']) {
      expect(headers['server-timing']).toMatch(new RegExp(`\\b${step};dur=[\\d.]+`));
    }
    expect(headers['x-request-id']).toBeTruthy();
  });

  test.each([
    ['image/webp', 'image/webp'],
    ['image/avif,image/webp,image/apng,*/*;q=0.8', 'image/webp'],
    ['image/avif', 'image/avif'],
    ['image/png;q=0.9, image/jpeg;q=0.5', 'image/png'],
    ['*/*', 'image/jpeg'],
    ['image/*', 'image/jpeg'],
    ['application/json;q=0.5, image/*', 'image/jpeg'],
    ['application/json, image/*;q=0.9', 'application/json'],
  ])('to Accept: %s is %s', async (accept, type) => {
    const answer = await server.send(raw().set('accept', accept));
    expect(answer.headers['content-type']?.split(';')[0]).toBe(type);
    expect(answer.headers['vary']).toMatch(/accept/i);
  });

  test('an explicit format is the caller’s choice, whatever Accept says', async () => {
    const answer = await server.send(raw({ format: 'png' }).set('accept', 'image/gif'));
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/png']);
  });

  test('as JSON has no ETag: it differs each time', async () => {
    const answer = await server.send(raw().set('accept', 'application/json'));
    expect([answer.headers['etag'], answer.headers['cache-control']]).toEqual([
      undefined,
      'no-store',
    ]);
  });

  test('has a strong ETag of bytes and options, and 304 for who has it', async () => {
    const first = await server.send(raw({ style: 'udnie' }));
    const tag = first.headers['etag']!;
    expect(tag).toMatch(/^"[^"]+"$/);
    const again = await server.send(raw({ style: 'udnie' }).set('if-none-match', tag));
    expect(again.status).toBe(304);
    expect(again.headers['etag']).toBe(tag);
    for (const other of [
      raw({ style: 'great-wave' }),
      raw({ style: 'udnie', strength: 0.5 }),
      raw({ style: 'udnie' }, await jpeg(48, 36, 2)),
      raw({ style: 'udnie' }).set('accept', 'image/png'),
    ]) {
      expect((await server.send(other.set('if-none-match', tag))).status).toBe(200);
    }
  });
});

describe('options', () => {
  test('strength goes from the photograph to the painting', async () => {
    const source = await picture().png().toBuffer();
    const at = async (strength: number) =>
      (await server.send(raw({ strength, format: 'png' }, source, 'image/png'))).body as Buffer;
    const [none, half, full] = [await at(0), await at(0.5), await at(1)];
    expect(await meanDifference(none, source)).toBe(0);
    const distance = await meanDifference(full, source);
    expect(distance).toBeGreaterThan(10);
    expect(await meanDifference(half, source)).toBeCloseTo(distance / 2, 0);
  });

  test('preserve_colors keeps the chroma of the photograph', async () => {
    const source = await plain(64, 64, '#996644').png().toBuffer();
    const chroma = async (query: object) => {
      const answer = await server.send(raw({ ...query, format: 'png' }, source, 'image/png'));
      const { data } = await pixelsOf(answer.body);
      const pixels = data.length / 3;
      let sum = 0;
      for (let i = 0; i < data.length; i += 3) sum += data[i]! - data[i + 2]!;
      return sum / pixels;
    };
    expect(await chroma({ preserve_colors: true })).toBeCloseTo(0x99 - 0x44, -1);
    expect(Math.abs((await chroma({ preserve_colors: false })) - (0x99 - 0x44))).toBeGreaterThan(
      15,
    );
  });

  test('stroke_size changes the brush and never the size of the painting', async () => {
    const source = await jpeg(101, 67);
    const paintings = await Promise.all(
      [0.5, 1, 2].map(
        async (stroke) => (await server.send(raw({ stroke_size: stroke }, source))).body,
      ),
    );
    for (const painting of paintings) {
      expect(await pixelsOf(painting)).toMatchObject({ width: 101, height: 67 });
    }
    expect(await meanDifference(paintings[0], paintings[1])).toBeGreaterThan(1);
    expect(await meanDifference(paintings[2], paintings[1])).toBeGreaterThan(1);
  });

  test('preserve_background leaves a white ground, and only that, as it was', async () => {
    const source = await plain(120, 90, '#fff')
      .composite([{ input: await picture(60, 40).png().toBuffer(), left: 30, top: 25 }])
      .png()
      .toBuffer();
    const painted = async (preserve: boolean) => {
      const query = { preserve_background: preserve, format: 'png' };
      return pixelsOf((await server.send(raw(query, source, 'image/png'))).body);
    };
    const [kept, without] = [await painted(true), await painted(false)];
    const at = ({ data }: typeof kept, x: number, y: number) => [
      ...data.subarray((y * 120 + x) * 3, (y * 120 + x) * 3 + 3),
    ];
    for (const [x, y] of [
      [0, 0],
      [119, 89],
      [60, 5],
      [5, 45],
    ] as const) {
      expect(at(kept, x, y)).toEqual([255, 255, 255]);
    }
    expect(at(kept, 60, 45)).toEqual(at(without, 60, 45));
  });

  test('preserve_background takes no transparent ground for a white one', async () => {
    const source = await sharp(await plain(80, 60, '#fdfdfd').png().toBuffer())
      .ensureAlpha()
      .extend({ top: 20, bottom: 20, left: 20, right: 20, background: '#0000' })
      .png()
      .toBuffer();
    const query = { preserve_background: true, format: 'png' };
    const { data } = await pixelsOf((await server.send(raw(query, source, 'image/png'))).body);
    const middle = (50 * 120 + 60) * 4;
    expect([...data.subarray(middle, middle + 3)]).not.toEqual([253, 253, 253]);
  });

  test('a painting is the same at every size, as crisp as one made at full size at once', async () => {
    const photo = await picture(192, 128).resize(1536, 1024).jpeg({ quality: 95 }).toBuffer();
    const painted = async (size: number, detail: number) =>
      (await server.send(raw({ max_size: size, format: 'png', detail }, photo))).body as Buffer;
    const [small, large] = [await painted(768, 0), await painted(1536, 0)];
    const reduced = await sharp(large).resize(768, 512).png().toBuffer();
    expect(await meanDifference(reduced, small)).toBeLessThan(12);
    const usual = (await server.send(raw({ max_size: 1536, format: 'png' }, photo))).body;
    const usualReduced = await sharp(usual).resize(768, 512).png().toBuffer();
    expect(await meanDifference(usualReduced, small)).toBeLessThan(12);
    const sharpness = async (file: Buffer) => {
      const { channels } = await sharp(file)
        .greyscale()
        .convolve({ width: 3, height: 3, kernel: [0, 1, 0, 1, -4, 1, 0, 1, 0], offset: 128 })
        .stats();
      return channels[0]!.stdev;
    };
    expect(await sharpness(large)).toBeGreaterThan((await sharpness(await painted(1536, 1))) * 0.8);
  });

  test.each([
    [20, 20, 15],
    [48, 48, 36],
    [1000, 48, 36],
    [1, 1, 1],
  ])('max_size %i makes %i x %i of 48 x 36', async (maxSize, width, height) => {
    const answer = await server.send(raw({ max_size: maxSize }));
    expect(await pixelsOf(answer.body)).toMatchObject({ width, height });
  });

  test.each(['jpeg', 'png', 'webp', 'avif'])('format %s', async (format) => {
    const answer = await server.send(raw({ format }).set('accept', 'image/*'));
    expect(answer.headers['content-type']).toBe(`image/${format}`);
    const metadata = await sharp(answer.body).metadata();
    expect(metadata.format).toBe(format === 'avif' ? 'heif' : format);
    expect([metadata.exif, metadata.icc]).toEqual([undefined, undefined]);
  });

  test('quality makes files larger', async () => {
    const sizes = await Promise.all(
      [10, 60, 100].map(async (quality) => (await server.send(raw({ quality }))).body.length),
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[0]).toBeLessThan(sizes[2]);
  });

  test('a mix lies between its styles', async () => {
    const paint = async (style: string) =>
      (await server.send(raw({ style, format: 'png' }))).body as Buffer;
    const [a, b, mix] = [
      await paint('udnie'),
      await paint('great-wave'),
      await paint('great-wave:0.5,udnie:0.5'),
    ];
    const whole = await meanDifference(a, b);
    expect(await meanDifference(mix, a)).toBeLessThan(whole);
    expect(await meanDifference(mix, b)).toBeLessThan(whole);
  });

  test('a photograph with transparency keeps it, in a format that can', async () => {
    const source = await halfTransparent().png().toBuffer();
    const auto = await server.send(raw({}, source, 'image/png'));
    expect(auto.headers['content-type']).toBe('image/png');
    const { data, channels } = await pixelsOf(auto.body);
    expect(channels).toBe(4);
    expect([data[3], data[data.length - 1]]).toEqual([0, 255]);
    const webp = await server.send(
      raw({}, source, 'image/png').set('accept', 'image/webp,image/jpeg'),
    );
    expect(webp.headers['content-type']).toBe('image/webp');
    const flat = await server.send(raw({ format: 'jpeg' }, source, 'image/png'));
    expect([...(await pixelsOf(flat.body)).data.subarray(0, 3)].every((v) => v > 240)).toBe(true);
  });

  test('a picture of one pixel is painted', async () => {
    const answer = await server.send(raw({}, await jpeg(1, 1)));
    expect(await pixelsOf(answer.body)).toMatchObject({ width: 1, height: 1 });
  });
});
