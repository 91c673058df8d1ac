/** Pictures beyond WHOLE_PIXELS go through files and strips; the caller sees no difference. */

import { readdir } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { picture } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const scratch = temporary();
const strips = useServer({ WHOLE_PIXELS: '10000', SCRATCH_DIR: scratch, MAX_PIXELS: '1000000' });
const whole = useServer();

const path = '/v1/stylizations';
const opaque = await picture(310, 230).png().toBuffer();
const translucent = await sharp(opaque)
  .joinChannel(
    await sharp({ create: { width: 310, height: 230, channels: 3, background: '#000' } })
      .composite([
        {
          input: { create: { width: 150, height: 120, channels: 3, background: '#fff' } },
          left: 30,
          top: 20,
        },
      ])
      .extractChannel(0)
      .png()
      .toBuffer(),
  )
  .png()
  .toBuffer();

const onWhite = await sharp({
  create: { width: 310, height: 230, channels: 3, background: '#fff' },
})
  .composite([{ input: await picture(150, 100).png().toBuffer(), left: 80, top: 60 }])
  .png()
  .toBuffer();

async function pixels(server: typeof whole, file: Buffer, query: object) {
  const test = server.post(path).query(query).set('content-type', 'image/png').send(file);
  const answer = await server.send(test);
  expect(answer.status).toBe(200);
  return sharp(answer.body as Buffer)
    .raw()
    .toBuffer({ resolveWithObject: true });
}

describe('the same painting as of a picture in memory', () => {
  test.each([
    ['as it is', opaque, {}, 1],
    ['mixed with the photograph', opaque, { strength: 0.5, preserve_colors: true }, 2],
    ['with a larger brush', opaque, { stroke_size: 1.5 }, 3],
    ['on three canvases', opaque, { stroke_size: 4 }, 4],
    ['on three canvases without detail', opaque, { stroke_size: 4, detail: 0 }, 4],
    ['with all detail', opaque, { detail: 1 }, 1],
    ['on white that stays', onWhite, { preserve_background: true }, 2],
    ['transparent, where no white ground is', translucent, { preserve_background: true }, 60],
    ['smaller', opaque, { max_size: 200 }, 1],
    ['with transparency', translucent, {}, 60],
    ['with transparency that JPEG cannot hold', translucent, { format: 'jpeg' }, 60],
  ])('%s', async (_, file, options, maxDifference) => {
    const query = { format: 'png', ...options };
    const [large, small] = [await pixels(strips, file, query), await pixels(whole, file, query)];
    expect(large.info).toMatchObject({
      width: small.info.width,
      height: small.info.height,
      channels: small.info.channels,
    });
    const differences = large.data.map((value, i) => Math.abs(value - small.data[i]!));
    expect(differences.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(maxDifference);
    expect(differences.reduce((a, b) => a + b, 0) / differences.length).toBeLessThan(2);
    expect(await readdir(scratch)).toEqual([]);
  });
});

test('a picture whose first canvas is too thin for strips is painted', async () => {
  const file = await picture(80, 4000).png().toBuffer();
  const painting = await pixels(strips, file, { format: 'png' });
  expect(painting.info).toMatchObject({ width: 80, height: 4000 });
  expect(await readdir(scratch)).toEqual([]);
});

test('what is too large, and too thin to cut into strips, is refused', async () => {
  const large = await picture(1100, 1000).png().toBuffer();
  const thin = await picture(2000, 20).png().toBuffer();
  for (const file of [large, thin]) {
    const answer = await strips.send(strips.post(path).set('content-type', 'image/png').send(file));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ type: expect.stringContaining('image-too-large') });
  }
});

test('a damaged large picture is a problem and leaves nothing behind', async () => {
  const answer = await strips.send(
    strips.post(path).set('content-type', 'image/png').send(opaque.subarray(0, 9000)),
  );
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ type: expect.stringContaining('image-unreadable') });
  expect(await readdir(scratch)).toEqual([]);
});
