/** The same request to a server that computes in float32 and to one that does so in 8 bits. */

import { expect, test } from 'vitest';
import { pictureDifference } from '../../src/pictures/difference.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const [float32, int8] = [useServer({ PRECISION: 'float32' }), useServer({ PRECISION: 'int8' })];
const photo = await jpeg(120, 90);

function paint(server: typeof float32, style: string) {
  const post = server.post('/v1/stylizations').query({ style, format: 'png' });
  return server.send(post.type('image/jpeg').send(photo));
}

async function bothWays(style: string) {
  const [exact, rounded] = [await paint(float32, style), await paint(int8, style)];
  const [a, b] = [await pixelsOf(exact.body), await pixelsOf(rounded.body)];
  const { absolute: difference } = pictureDifference([a], [b]);
  return { difference, tags: [exact, rounded].map((x) => x.headers['etag']) };
}

test('a style differs a little, and so does its tag', async () => {
  const { difference, tags } = await bothWays('little-blue-horse');
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(4);
  expect(tags[0]).not.toBe(tags[1]);
});

test('a mix is painted in float32 by both', async () => {
  const { difference, tags } = await bothWays('udnie:0.5,the-scream:0.5');
  expect(difference).toBe(0);
  expect(tags[0]).toBe(tags[1]);
});
