/** Styles that are learned by request. */

import { constants, getPriority } from 'node:os';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { checkpointKey } from '../../src/jobs/style/kind.ts';
import { HOSTILE_STYLES } from '../support/hostile-styles.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { pupilsOf } from '../support/pupils.ts';
import { useServer } from '../support/server.ts';
import { workshopSettings } from '../support/workshop.ts';

const { keys, text } = keysOf({
  owner: { tenant: 'owner' },
  painter: { tenant: 'owner', scopes: ['paint', 'jobs'] },
  other: { tenant: 'other' },
});
type Holder = keyof typeof keys;

const painting = await jpeg(96, 80, 7);
const patience = { timeout: 200_000, interval: 200 };

const server = useServer({
  ACCESS_KEYS: text,
  JOB_POLL_MS: '50',
  TRAINING_CONCURRENCY: '2',
  ...(await workshopSettings()),
});
const as = (holder: Holder, method: 'get' | 'post' | 'delete', path: string) =>
  request(server.url())[method](path).set(bearer(keys[holder]));
const learn = (id: string, fields: Record<string, unknown> = {}, holder: Holder = 'owner') =>
  as(holder, 'post', '/v1/styles')
    .query({ id, rights: 'mine', steps: 2, ...fields })
    .type('image/jpeg')
    .send(painting);
const training = async (id: string) =>
  (await server.send(as('owner', 'get', `/v1/trainings/${id}`))).body;
const finished = async (id: string) => {
  await expect
    .poll(async () => (await training(id)).completed_at, patience)
    .toEqual(expect.any(String));
  return training(id);
};
/** The data of the first event of that name. */
async function eventOf(answer: Response, name: string) {
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const found = new RegExp(`^event: ${name}\ndata: (.*)\n`, 'm').exec(text);
    if (found) return JSON.parse(found[1]!);
  }
  throw new Error(`The stream ended without ${name}.`);
}

const pupils = () => pupilsOf(process.pid);

describe.skipIf(tensorflowMissing !== undefined)('learning a style', () => {
  test('ten steps by request, and a painting with what came of them', {
    timeout: 180_000,
  }, async () => {
    const accepted = await server.send(learn('waves', { steps: 10, title: 'Waves' }));
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({
      style: { id: 'waves', title: 'Waves', artist: 'Unknown', rights: 'mine' },
      options: { steps: 10, content_weight: 1, style_weight: 10 },
      output: null,
    });
    const job = await finished(accepted.body.id);
    expect(job).toMatchObject({ status: 'succeeded', error: null, attempts: 1 });
    expect(job.output.url).toBe('/v1/styles/waves');
    const style = await server.send(as('owner', 'get', job.output.url));
    expect(style.body).toMatchObject({ title: 'Waves', training: { steps: 10 } });
    const painted = await as('owner', 'post', '/v1/stylizations')
      .query({ style: 'waves:0.5,udnie:0.5' })
      .type('image/jpeg')
      .send(painting);
    expect((await pixelsOf(painted.body)).width).toBe(96);
    expect((await as('other', 'get', '/v1/styles/waves')).status).toBe(404);
    expect((await as('other', 'get', `/v1/trainings/${job.id}`)).status).toBe(404);
    expect((await server.send(learn('waves'))).body.type).toBe('/problems#conflict');
  });

  test('shows how it paints so far, as long as it is kept', { timeout: 180_000 }, async () => {
    const { id } = (await server.send(learn('shown', { steps: 10_000 }))).body;
    const path = `/v1/trainings/${id}`;
    const stream = await fetch(`${server.url()}${path}/events`, { headers: bearer(keys.owner) });
    const { preview, progress } = await eventOf(stream, 'preview');
    expect(progress).toEqual({ done: expect.any(Number), total: 10_000, unit: 'steps' });
    const shown = Buffer.from(await (await fetch(preview)).arrayBuffer());
    expect(await pixelsOf(shown)).toMatchObject({ width: 256, height: 171 });
    expect((await server.send(as('owner', 'delete', path))).status).toBe(204);
    expect((await fetch(preview)).status).toBe(404);
  });

  test('ends its process within two seconds when it is canceled', {
    timeout: 180_000,
  }, async () => {
    const { id } = (await server.send(learn('endless', { steps: 10_000 }))).body;
    await expect
      .poll(async () => (await training(id)).progress?.done ?? 0, patience)
      .toBeGreaterThan(0);
    expect(pupils().map((pid) => getPriority(pid))).toEqual([constants.priority.PRIORITY_LOW]);
    await server.send(as('owner', 'post', `/v1/trainings/${id}/cancel`));
    await expect.poll(pupils, { timeout: 2000 }).toEqual([]);
    expect((await training(id)).status).toBe('canceled');
    expect((await as('owner', 'get', '/v1/styles/endless')).status).toBe(404);
  });

  test('goes on from its checkpoint when its process is killed', { timeout: 240_000 }, async () => {
    const { id } = (await server.send(learn('tough', { steps: 30 }))).body;
    const { blobs } = server.services().of('owner');
    // There is one after the first step: it is looked for often, so that steps are left.
    const soon = { ...patience, interval: 20 };
    await expect.poll(() => blobs.read(checkpointKey(id)), soon).toBeTruthy();
    for (const pid of pupils()) process.kill(pid, 'SIGKILL');
    const job = await finished(id);
    expect(job).toMatchObject({ status: 'succeeded', attempts: 2 });
    const style = await server.services().of('owner').learned.find('tough');
    const [first] = style?.training?.losses[0] ?? [];
    expect(first).toBeGreaterThan(1);
  });

  test.each(Object.entries(HOSTILE_STYLES))(
    'from a picture that is %s',
    {
      timeout: 200_000,
    },
    async (name, { file, problem }) => {
      const id = name.replaceAll(' ', '-');
      const accepted = await server.send(
        as('owner', 'post', '/v1/styles')
          .query({ id, rights: 'mine', steps: 1 })
          .type('application/octet-stream')
          .send(await file()),
      );
      const { status, error, attempts } = await finished(accepted.body.id);
      expect({ status, problem: error?.type, attempts }).toEqual({
        status: problem ? 'failed' : 'succeeded',
        problem,
        attempts: 1,
      });
      expect(pupils()).toEqual([]);
      const style = await as('owner', 'get', `/v1/styles/${id}`);
      expect(style.status).toBe(problem ? 404 : 200);
    },
  );
});

describe.skipIf(tensorflowMissing !== undefined)('a request for a style', () => {
  test.each([
    ['without an id', { id: undefined }, 422, '/id'],
    ['with an id that is none', { id: 'Not One' }, 422, '/id'],
    ['without rights', { rights: '' }, 422, '/rights'],
    ['with no steps', { steps: 0 }, 422, '/steps'],
    ['with something else', { speed: 1 }, 422, '/speed'],
  ])('%s is refused', async (_, fields, status, pointer) => {
    const answer = await server.send(learn('fine', fields));
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([status, pointer]);
  });

  test('for the id of a style that ships is a conflict', async () => {
    const answer = await server.send(learn('udnie'));
    expect([answer.status, answer.body.type]).toEqual([409, '/problems#conflict']);
  });

  test('needs a key that allows it', async () => {
    expect((await server.send(learn('fine', {}, 'painter'))).status).toBe(403);
  });
});

describe('where something is missing', () => {
  const bare = useServer();
  test('no style is learned, and the answer says what it takes', async () => {
    const answer = await bare.send(
      bare
        .post('/v1/styles')
        .query({ id: 'x', rights: 'mine', refine: true })
        .type('image/jpeg')
        .send(painting),
    );
    expect([answer.status, answer.body.type]).toEqual([501, '/problems#training-unavailable']);
    expect(answer.body.detail).toContain('TRAINING_PHOTOS_DIR');
  });
});
