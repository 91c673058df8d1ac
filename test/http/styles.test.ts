import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readGraphModel } from '../../src/formats/tensorflow/graph-model.ts';
import { networkOf } from '../../src/network/weights.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { pixelsOf } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { workshopSettings } from '../support/workshop.ts';

const server = useServer();
const { TRAINING_PHOTOS_DIR: _, LOSS_NETWORK: __, ...untold } = await workshopSettings();
const bare = useServer(untold);
const school = useServer({ TRAINING_PHOTOS_DIR: '/photographs', LOSS_NETWORK: '/vgg19' });

describe('the catalog', () => {
  test('lists styles with what people ask about them', async () => {
    const { body } = await server.send(server.get('/v1/styles'));
    const ids = body.styles.map(({ id }: { id: string }) => id);
    expect(ids).toContain('starry-night');
    expect(ids).toEqual([...ids].sort());
    for (const style of body.styles) {
      expect(style.title && style.artist && style.year && style.rights).toBeTruthy();
    }
  });

  test('says whether styles can be learned here', async () => {
    expect((await server.send(server.get('/v1/styles'))).body.can_learn).toBe(false);
    expect((await school.send(school.get('/v1/styles'))).body.can_learn).toBe(true);
  });

  test('says whether styles are told from pictures here', async () => {
    expect((await server.get('/v1/styles')).body.can_tell).toBe(true);
    expect((await bare.send(bare.get('/v1/styles'))).body.can_tell).toBe(false);
  });

  test('tells and gives the ranges for 8 bits of styles that are faithful in them', async () => {
    const { body } = await server.send(server.get('/v1/styles/great-wave'));
    expect(body.ranges_url).toBe('/v1/styles/great-wave/ranges.json');
    const answer = await server.send(server.get(body.ranges_url));
    const file = await readFile(join(MODELS_DIR, 'great-wave/ranges.json'), 'utf8');
    expect(answer.body).toEqual(JSON.parse(file));
    const again = await server.send(
      server.get(body.ranges_url).set('if-none-match', answer.headers['etag']!),
    );
    expect(again.status).toBe(304);
    const none = await server.send(server.get('/v1/styles/nobody/ranges.json'));
    expect(none.body.type).toBe('/problems#style-not-found');
  });

  test('describes one style', async () => {
    const { body } = await server.send(server.get('/v1/styles/great-wave'));
    expect(body).toMatchObject({
      id: 'great-wave',
      artist: 'Katsushika Hokusai',
      network: 'impasto-24-48-5-noise',
      parameters: 234_252,
      preview_url: '/v1/styles/great-wave/preview',
    });
  });

  test('shows how a style paints', async () => {
    const answer = await server.send(server.get('/v1/styles/great-wave/preview'));
    expect(answer.headers['content-type']).toBe('image/jpeg');
    expect(await pixelsOf(answer.body)).toMatchObject({ width: 768, height: 512 });
  });

  test.each(['', 'light/'])('hands out %snetworks as TensorFlow.js loads them', async (place) => {
    const model = await server.send(server.get(`/v1/styles/udnie/${place}model.json`));
    const weights = await server.send(
      server.get(`/v1/styles/udnie/${place}weights.bin`).responseType('blob'),
    );
    expect(model.body.weightsManifest[0].paths).toEqual(['weights.bin']);
    const network = networkOf(readGraphModel(model.body, new Uint8Array(weights.body)));
    const { body: style } = await server.get('/v1/styles/udnie');
    expect(network.name).toBe(place === '' ? style.network : style.light.network);
  });

  test.each(['/v1/styles', '/v1/styles/udnie', '/v1/styles/udnie/preview'])(
    '%s answers 304 to who has it',
    async (path) => {
      const first = await server.send(server.get(path));
      const again = await server.send(
        server.get(path).set('if-none-match', first.headers['etag']!),
      );
      expect([first.status, again.status, again.text]).toEqual([200, 304, '']);
    },
  );

  test.each(['/v1/styles/bob-ross', '/v1/styles/bob-ross/preview', '/v1/styles/..%2f..%2fetc'])(
    '%s is no style',
    async (path) => {
      const answer = await server.send(server.get(path));
      expect([answer.status, answer.body.type]).toEqual([404, '/problems#style-not-found']);
    },
  );
});

test('pages of other origins may call, and read the headers that matter', async () => {
  const answer = await server.get('/v1/styles').set('origin', 'https://example.com');
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers['access-control-expose-headers']).toContain('etag');
});
