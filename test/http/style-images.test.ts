/** Pictures to paint like, told at once: beside photographs, and as styles of their own. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { MODELS_DIR } from '../support/folders.ts';
import { HOSTILE_STYLES } from '../support/hostile-styles.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';
import { workshopSettings } from '../support/workshop.ts';

const { keys, text } = keysOf({
  owner: { tenant: 'owner' },
  other: { tenant: 'other' },
});
const shared = { ACCESS_KEYS: text, DATA_DIR: temporary(), JOB_POLL_MS: '50' };
const bareSettings = await workshopSettings();
const { MODELS_DIR: _, DEFAULT_STYLE: __, ...workshop } = bareSettings;
const server = useServer({ ...shared, ...workshop });
const twin = useServer(shared);

const photo = await jpeg(96, 64);
const waves = await readFile(join(MODELS_DIR, 'great-wave', 'preview.jpg'));
const night = await readFile(join(MODELS_DIR, 'starry-night', 'preview.jpg'));
const path = '/v1/stylizations';
const dataUrl = (file: Buffer) => `data:image/jpeg;base64,${file.toString('base64')}`;

type Holder = keyof typeof keys;
const post = (to: string, holder: Holder = 'owner', where = server) =>
  request(where.url()).post(to).set(bearer(keys[holder]));
const form = (picture: Buffer, holder?: Holder, where?: typeof server) =>
  post(path, holder, where)
    .attach('image', photo, 'photo.jpg')
    .attach('style_image', picture, 'painting.jpg')
    .field('format', 'png');

describe('a picture beside the photograph', () => {
  test('is painted like, whichever way it comes, on every server of the store', async () => {
    const answers = [
      await server.send(form(waves)),
      await server.send(form(waves, 'owner', twin)),
      await server.send(
        post(path)
          .accept('image/png')
          .send({ image: dataUrl(photo), style_image: dataUrl(waves), format: 'png' }),
      ),
      await server.send(
        post(path)
          .field('image', dataUrl(photo))
          .field('style_image', dataUrl(waves))
          .field('style', 'image')
          .field('format', 'png'),
      ),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual(answers[0]!.body);
    }
    const other = await server.send(form(night));
    expect(other.body).not.toEqual(answers[0]!.body);
    expect(other.headers['etag']).not.toBe(answers[0]!.headers['etag']);
    const plain = await post(path).query({ format: 'png' }).type('image/jpeg').send(photo);
    expect(plain.body).not.toEqual(answers[0]!.body);
  });

  test('mixes with styles that ship', async () => {
    const mixed = (style: string) => server.send(form(waves).field('style', style));
    const [half, whole] = [await mixed('image:0.5,udnie:0.5'), await mixed('image:1,udnie:0')];
    expect([half.status, whole.status]).toEqual([200, 200]);
    expect(whole.body).toEqual((await form(waves)).body);
    expect(half.body).not.toEqual(whole.body);
    const pair = await mixed('image,udnie');
    expect(pair.body).toEqual(half.body);
  });

  test('is painted like in jobs and batches', async () => {
    const job = await server.send(
      form(waves).set('prefer', 'wait=20').accept('application/json').field('max_size', '50'),
    );
    expect(job.body).toMatchObject({
      status: 'succeeded',
      style: expect.stringMatching(/^picture-/),
    });
    const batch = await server.send(
      post('/v1/batches').send({
        images: [dataUrl(photo), { image: dataUrl(photo), style_image: dataUrl(night) }],
        style_image: dataUrl(waves),
      }),
    );
    expect(batch.status).toBe(202);
    const styles = batch.body.stylizations.map(({ style }: { style: string }) => style);
    expect(styles[0]).toBe(job.body.style);
    expect(styles[1]).not.toBe(styles[0]);
    const shown = () =>
      request(server.url()).get(`/v1/batches/${batch.body.id}`).set(bearer(keys.owner));
    await expect
      .poll(
        async () => (await shown()).body.stylizations.map((one: { status: string }) => one.status),
        { timeout: 20_000 },
      )
      .toEqual(['succeeded', 'succeeded']);
  });

  test('is in no list, and is nobody else’s', async () => {
    const job = await form(waves).accept('application/json');
    const { style } = job.body;
    const listed = await request(server.url()).get('/v1/styles').set(bearer(keys.owner));
    expect(JSON.stringify(listed.body)).not.toContain(style);
    const painted = (holder: Holder) =>
      post(path, holder).query({ style }).type('image/jpeg').send(photo);
    expect((await painted('owner')).status).toBe(200);
    expect((await painted('other')).status).toBe(404);
  });

  test.each(Object.entries(HOSTILE_STYLES))('%s', { timeout: 60_000 }, async (_, hostile) => {
    const answer = await server.send(
      post(path)
        .attach('image', photo, 'photo.jpg')
        .attach('style_image', await hostile.file(), {
          contentType: 'application/octet-stream',
          filename: 'x',
        }),
    );
    if (hostile.problem === undefined) {
      expect(await pixelsOf(answer.body)).toMatchObject({ width: 96, height: 64 });
      return;
    }
    expect(answer.body).toMatchObject({
      type: `/problems#${hostile.problem}`,
      detail: expect.stringMatching(/^style_image: /),
    });
  });

  test.each([
    ['that is no picture’s address', { style_image: 'no picture' }, '/style_image'],
    ['that is a number', { style_image: 7 }, '/style_image'],
    ['whose address is not public', { style_image: 'http://127.0.0.1/x.jpg' }, '/style_image'],
    ['beside a style', { style_image: dataUrl(waves), style: 'udnie' }, '/style'],
    ['beside what is no mix', { style_image: dataUrl(waves), style: 'image:2' }, '/style'],
  ])('%s is refused', async (_, fields, pointer) => {
    const answer = await server.send(post(path).send({ image: dataUrl(photo), ...fields }));
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, pointer]);
  });

  test('may be left empty, as browsers send a field without a file', async () => {
    const answer = await server.send(form(Buffer.alloc(0)).field('style', 'udnie'));
    expect(answer.body).toEqual(
      (await post(path).query({ style: 'udnie', format: 'png' }).type('image/jpeg').send(photo))
        .body,
    );
  });

  test('comes once', async () => {
    const answer = await server.send(form(waves).attach('style_image', night, 'b.jpg'));
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/style_image']);
  });
});

describe('a style of a picture', () => {
  const make = (id: string, fields: Record<string, unknown> = {}, picture = waves) =>
    post('/v1/styles')
      .query({ id, rights: 'mine', ...fields })
      .type('image/jpeg')
      .send(picture);
  const of = (place: string, holder: Holder = 'owner') =>
    request(server.url()).get(place).set(bearer(keys[holder]));

  test('is there at once, and is painted with as any other', async () => {
    const made = await server.send(make('at-once', { title: 'At once' }));
    expect([made.status, made.headers['location']]).toEqual([201, '/v1/styles/at-once']);
    expect(made.body).toMatchObject({
      id: 'at-once',
      title: 'At once',
      learned: true,
      instant: true,
    });
    expect((await server.send(of('/v1/styles/at-once'))).body).toEqual(made.body);
    expect((await of('/v1/styles/at-once/preview')).headers['content-type']).toBe('image/jpeg');
    expect((await of('/v1/styles/at-once', 'other')).status).toBe(404);
    const painted = await post(path)
      .query({ style: 'at-once', format: 'png' })
      .type('image/jpeg')
      .send(photo);
    expect(painted.body).toEqual((await form(waves)).body);
  });

  test('is the same when it is asked for again, and another picture is a conflict', async () => {
    expect((await server.send(make('again'))).status).toBe(201);
    expect((await server.send(make('again'))).status).toBe(201);
    const other = await server.send(make('again', {}, night));
    expect([other.status, other.body.type]).toEqual([409, '/problems#conflict']);
    expect((await server.send(make('udnie'))).status).toBe(409);
  });

  test('that was trained, ships or is not there is not refined', async () => {
    const refine = (id: string) => server.send(post(`/v1/styles/${id}/refine`));
    expect((await refine('udnie')).status).toBe(409);
    expect((await refine('nowhere')).status).toBe(404);
    await make('fine');
    const bad = await server.send(post('/v1/styles/fine/refine').query({ steps: 'many' }));
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([422, '/steps']);
  });

  test.skipIf(tensorflowMissing !== undefined)(
    'is refined from its picture, and paints meanwhile',
    { timeout: 180_000 },
    async () => {
      await make('better', { title: 'Better' });
      const before = await of('/v1/styles/better');
      const accepted = await server.send(post('/v1/styles/better/refine').query({ steps: 2 }));
      expect(accepted.status).toBe(202);
      expect(accepted.body).toMatchObject({ style: { id: 'better', title: 'Better' } });
      expect(
        (await post(path).query({ style: 'better' }).type('image/jpeg').send(photo)).status,
      ).toBe(200);
      const training = async () => (await of(`/v1/trainings/${accepted.body.id}`)).body;
      await expect
        .poll(async () => (await training()).status, { timeout: 170_000, interval: 200 })
        .toBe('succeeded');
      await expect
        .poll(async () => (await of('/v1/styles/better')).body, { timeout: 5000 })
        .toMatchObject({ id: 'better', instant: false, training: { steps: 2 } });
      expect(before.body.instant).toBe(true);
      const { pictured, learned } = server.services().of('owner');
      expect(await pictured.find('better')).toBe(undefined);
      expect(await learned.originOf('better')).toBe(accepted.body.id);
      expect((await server.send(post('/v1/styles/better/refine'))).status).toBe(409);
    },
  );
});

describe('where nothing tells styles', () => {
  const bare = useServer(bareSettings);
  test('a picture beside the photograph is a problem', async () => {
    const answer = await bare.send(
      bare.post(path).attach('image', photo, 'a.jpg').attach('style_image', waves, 'b.jpg'),
    );
    expect([answer.status, answer.body.type]).toEqual([501, '/problems#prediction-unavailable']);
  });
});
