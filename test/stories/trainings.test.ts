/**
 * A server is killed while it learns a style: whoever is there afterwards goes on from the checkpoint. `TRAINING_KILLS`
 * says how often; `SEED` when.
 */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { checkpointKey } from '../../src/jobs/style/kind.ts';
import type { BlobStore } from '../../src/storage/blob-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { s3Store } from '../../src/storage/s3-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { learnedStyles } from '../../src/styles/learned-styles.ts';
import { startCloud } from '../support/cloud.ts';
import { s3Endpoint, s3Missing, tensorflowMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { type Started, startProcess } from '../support/process.ts';
import { isPupil, pupilsOf } from '../support/pupils.ts';
import { randomNumbers } from '../support/random.ts';
import { temporary } from '../support/temporary.ts';
import { workshopSettings } from '../support/workshop.ts';

const KILLS = Number(process.env['TRAINING_KILLS'] ?? 2);
const SEED = Number(process.env['SEED'] ?? 1);
const STEPS = 10 + 5 * KILLS;

/** Processes that learn wait for all others. */
const patience = { timeout: 240_000, interval: 100 };
const painting = await jpeg(96, 80, 7);
const workshop = await workshopSettings();

let servers: Started[] = [];
afterEach(() => {
  for (const server of servers) server.process.kill('SIGKILL');
  servers = [];
});

function start(environment: Record<string, string>): Started {
  const started = startProcess({ PORT: '0', JOB_POLL_MS: '100', ...workshop, ...environment });
  servers.push(started);
  return started;
}

async function learn(url: string): Promise<string> {
  const { body } = await request(url)
    .post('/v1/styles')
    .query({ id: 'tough', rights: 'mine', steps: STEPS })
    .type('image/jpeg')
    .send(painting)
    .expect(202);
  return body.id;
}

async function training(url: string, id: string) {
  return (await request(url).get(`/v1/trainings/${id}`)).body;
}

const stepsDone = async (url: string, id: string): Promise<number> =>
  (await training(url, id)).progress?.done ?? 0;

/** With what it has started: nobody tells those to end. */
async function kill({ process: server }: Started): Promise<number[]> {
  const pupils = pupilsOf(server.pid!);
  server.kill('SIGKILL');
  await once(server, 'exit');
  return pupils;
}

/** The style is there, and the last process did not begin at the first step. */
async function expectResumed(url: string, id: string, blobs: BlobStore): Promise<void> {
  await expect.poll(async () => (await training(url, id)).completed_at, patience).toBeTruthy();
  const { status, error } = await training(url, id);
  expect({ status, error }).toEqual({ status: 'succeeded', error: null });
  const style = await learnedStyles(blobs).find('tough');
  const { steps, losses } = style!.training!;
  expect(steps).toBe(STEPS);
  expect(losses[0]![0]).toBeGreaterThan(1);
  const painted = await request(url)
    .post('/v1/stylizations')
    .query({ style: 'tough' })
    .type('image/jpeg')
    .send(painting);
  expect(painted.status).toBe(200);
}

describe.skipIf(tensorflowMissing !== undefined)('a style that is being learned', () => {
  test(`survives ${KILLS} times kill -9 of its server`, {
    timeout: 240_000 + KILLS * 60_000,
  }, async () => {
    const random = randomNumbers(SEED);
    const DATA_DIR = temporary();
    const blobs = fileStore(DATA_DIR, urlSigner(new Uint8Array(32)));
    let server = start({ DATA_DIR });
    const id = await learn(await server.url());
    for (let kills = 0; kills < KILLS; kills += 1) {
      const url = await server.url();
      // Every other one at some step; the rest at any time, when the process may not even have come to its first step.
      if (kills === 0)
        await expect.poll(() => blobs.read(checkpointKey(id)), patience).toBeTruthy();
      if (kills % 2 === 0) {
        await expect.poll(() => stepsDone(url, id), patience).toBeGreaterThan(0);
        await sleep(random() * 1000);
      } else {
        await sleep(random() * 8000);
      }
      const orphans = await kill(server);
      await expect.poll(() => orphans.filter(isPupil), patience).toEqual([]);
      server = start({ DATA_DIR });
    }
    await expectResumed(await server.url(), id, blobs);
  });

  test.skipIf(s3Missing !== undefined)(
    'is gone on with by another worker of the same store and queue',
    { timeout: 400_000 },
    async () => {
      const { sqs, bucket, environment: shared } = await startCloud({ jobs: 5 });
      const [one, other] = [start(shared), start(shared)];
      const front = await start({ ...shared, WORK: 'false' }).url();
      await Promise.all([one.url(), other.url()]);
      const id = await learn(front);
      const blobs = s3Store({ bucket, prefix: '', region: 'us-east-1', endpoint: s3Endpoint! });
      await expect.poll(() => blobs.read(checkpointKey(id)), patience).toBeTruthy();
      const worker = pupilsOf(one.process.pid!).length > 0 ? one : other;
      await kill(worker);
      await expectResumed(front, id, blobs);
      expect((await training(front, id)).attempts).toBe(2);
      await sqs.stop();
    },
  );
});
