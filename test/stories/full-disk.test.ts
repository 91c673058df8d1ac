/** A disk that is full: said as such, nothing that was kept is lost, and all goes on when there is room. */

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import request, { type Test } from 'supertest';
import { afterAll, describe, expect, test } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const path = '/v1/stylizations';
const folder = temporary();
const photo = await jpeg();
const image = `data:image/jpeg;base64,${photo.toString('base64')}`;

describe('a full disk', () => {
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  if (mount.status !== 0) {
    return test.skip('nothing can be mounted here: run as root, with CAP_SYS_ADMIN', () => {});
  }
  afterAll(() => void spawnSync('umount', [folder]));
  const server = useServer({ DATA_DIR: folder, JOB_POLL_MS: '20' });

  const submit = () => post(photo).set('prefer', 'respond-async');
  const post = (body: Buffer) => server.post(path).type('image/jpeg').send(body);
  const statusOf = async (id: string) => (await server.get(`${path}/${id}`)).body.status;
  const readiness = async () => {
    const { status, body } = await server.send(server.get('/health/ready'));
    return [status, body.status];
  };

  test('is 507 wherever something is to be kept, and turns readiness off until there is room', async () => {
    await expect.poll(readiness).toEqual([200, 'ok']);
    const { id } = (await server.send(submit())).body;
    await expect.poll(() => statusOf(id), { interval: 20 }).toBe('succeeded');
    const asked = { media_type: 'image/jpeg', bytes: photo.byteLength };
    const { put } = (await server.send(server.post('/v1/uploads').send(asked))).body;
    const { pathname, search } = new URL(put.url);
    const upload = () =>
      server
        .put(pathname + search)
        .set(put.headers)
        .send(photo);

    fillDisk();
    const keeping: Record<string, () => Test> = {
      'a job': submit,
      'a job of an own id': () => server.put(`${path}/own`).type('image/jpeg').send(photo),
      'a linked painting': () => post(photo).set('accept', 'application/json'),
      'a batch': () => server.post('/v1/batches').send({ images: [image] }),
      'an upload': upload,
    };
    for (const [name, ask] of Object.entries(keeping)) {
      // Keys have slashes, which paths of an OpenAPI document cannot say.
      const { status, body, headers } = await (ask === upload ? ask() : server.send(ask()));
      expect([name, status, body.type]).toEqual([name, 507, '/problems#storage-full']);
      expect(headers['retry-after']).toBe('30');
    }
    await expect.poll(readiness, { timeout: 5000 }).toEqual([503, 'storage-full']);
    expect((await server.send(post(photo).set('accept', 'image/jpeg'))).status).toBe(200);
    expect((await server.send(server.get(`${path}/${id}/output`))).status).toBe(200);
    const { body: list } = await server.send(server.get(path));
    expect(list.stylizations.map((job: { id: string }) => job.id)).toEqual([id]);
    expect((await request(server.url()).delete(`${path}/${id}`)).status).toBe(204);

    rmSync(join(folder, 'filler'));
    await expect.poll(readiness, { timeout: 5000 }).toEqual([200, 'ok']);
    expect((await upload()).status).toBe(200);
    const again = await server.send(submit());
    expect(again.status).toBe(202);
    await expect.poll(() => statusOf(again.body.id), { interval: 20 }).toBe('succeeded');
  });
});

/** To the last byte. */
function fillDisk(): void {
  const file = openSync(join(folder, 'filler'), 'w');
  const block = Buffer.alloc(65_536);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
}
