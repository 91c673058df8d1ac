/** The same service over S3 and SQS, and over S3, DynamoDB and SQS: several workers, messages that come twice, poison. */

import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobRequest } from '../../src/jobs/job.ts';
import { createJobs, type Jobs } from '../../src/jobs/jobs.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { jobMessage } from '../../src/jobs/messages.ts';
import { createWorker } from '../../src/jobs/worker.ts';
import { sqsQueue } from '../../src/queues/sqs-queue.ts';
import type { BlobStore } from '../../src/storage/blob-store.ts';
import { dynamoStore } from '../../src/storage/dynamo-store.ts';
import * as recordKeys from '../../src/storage/record-keys.ts';
import { s3Store } from '../../src/storage/s3-store.ts';
import { splitStore } from '../../src/storage/split-store.ts';
import type { Stylizer } from '../../src/stylization/stylizer.ts';
import { startDynamo } from '../support/dynamo.ts';
import { s3Endpoint, s3Missing } from '../support/installed.ts';
import { jobRequest, PAINTING } from '../support/job-request.ts';
import { lanesOf, NO_VIDEOS, noStyles } from '../support/jobs.ts';
import { bearer, keysOf } from '../support/keys.ts';
import { jpeg } from '../support/pictures.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { createBucket } from '../support/s3.ts';
import { useServer } from '../support/server.ts';
import { startSqs } from '../support/sqs.ts';

const { keys, text } = keysOf({ one: { tenant: 'one' }, other: { tenant: 'other' } });
const ATTEMPTS = 3;
const path = '/v1/stylizations';
const photo = await jpeg();

/** Opened before the tests are defined: the server's environment names them. */
async function open() {
  const [sqs, bucket, dynamo] = await Promise.all([startSqs(), createBucket(), startDynamo()]);
  const [jobs, webhooks] = await Promise.all([sqs.createQueue(ATTEMPTS), sqs.createQueue(8)]);
  return { sqs, bucket, dynamo, table: await dynamo.createTable(), jobs, webhooks };
}

describe.each(['the bucket', 'a table'])('in the cloud, with records in %s', async (place) => {
  if (s3Missing !== undefined) return test.skip(s3Missing, () => {});
  const { sqs, bucket, dynamo, table, jobs: jobsQueue, webhooks } = await open();
  const environment = {
    S3_BUCKET: bucket,
    S3_ENDPOINT: s3Endpoint!,
    ...(place === 'a table' && { DYNAMODB_TABLE: table, DYNAMODB_ENDPOINT: dynamo.endpoint }),
    JOBS_QUEUE_URL: jobsQueue.url,
    JOBS_DEAD_LETTERS_URL: jobsQueue.deadLettersUrl,
    WEBHOOKS_QUEUE_URL: webhooks.url,
    WEBHOOKS_DEAD_LETTERS_URL: webhooks.deadLettersUrl,
    SQS_ENDPOINT: sqs.endpoint,
    FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
    JOB_POLL_MS: '50',
  };
  const front = useServer({ ...environment, WORK: 'false' });
  const guarded = useServer({ ...environment, WORK: 'false', ACCESS_KEYS: text });
  useServer(environment);
  useServer(environment);
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await receiver.close();
    await Promise.all([sqs.stop(), dynamo.stop()]);
  });

  const state = async (id: string) => (await front.get(`${path}/${id}`)).body;

  test('the page may load what lies in the bucket', async () => {
    const policy = (await front.get('/')).headers['content-security-policy'];
    for (const directive of ['img-src', 'media-src', 'connect-src']) {
      expect(policy).toContain(`${directive} 'self' blob: ${new URL(s3Endpoint!).origin}`);
    }
  });

  test('one instance accepts, another paints, the result is a presigned URL', async () => {
    const answer = await front.send(
      front
        .put(`${path}/first`)
        .query({ webhook: receiver.url })
        .set('accept', 'application/json')
        .type('image/jpeg')
        .send(photo),
    );
    expect(answer.body).toMatchObject({ status: 'succeeded', attempts: 1 });
    const { url } = answer.body.output;
    expect(url).toContain('X-Amz-Signature');
    expect((await fetch(url)).headers.get('content-type')).toBe('image/jpeg');
    const output = await front.send(front.get(`${path}/first/output`));
    expect([output.status, output.headers['location']]).toEqual([
      302,
      expect.stringContaining('X-Amz-Signature'),
    ]);
    await expect.poll(() => receiver.received.length).toBe(1);
  });

  test('a message that comes twice yields one output, and one webhook', async () => {
    const before = receiver.received.length;
    const answer = await front.send(
      front
        .put(`${path}/twice`)
        .query({ webhook: receiver.url })
        .set('prefer', 'respond-async')
        .type('image/jpeg')
        .send(photo),
    );
    expect(answer.status).toBe(202);
    const again = { QueueUrl: jobsQueue.url, MessageBody: jobMessage('twice') };
    await sqs.client.send(new SendMessageCommand(again));
    await sqs.client.send(new SendMessageCommand(again));
    await expect.poll(async () => (await state('twice')).status).toBe('succeeded');
    await sqs.client.send(new SendMessageCommand(again));
    await expect.poll(() => receiver.received.length).toBe(before + 1);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(receiver.received.length).toBe(before + 1);
    expect((await state('twice')).status).toBe('succeeded');
  });

  test('an upload goes straight to the bucket', async () => {
    const prepared = await front.send(
      front.post('/v1/uploads').send({ media_type: 'image/jpeg', bytes: photo.byteLength }),
    );
    const { image, put, form } = prepared.body;
    const data = new FormData();
    for (const [name, value] of Object.entries(form.fields)) data.append(name, String(value));
    data.append('file', new Blob([new Uint8Array(photo.byteLength + 1)]));
    expect((await fetch(form.url, { method: 'POST', body: data })).status).toBe(400);
    const body = new Uint8Array(photo);
    expect((await fetch(put.url, { method: 'PUT', headers: put.headers, body })).status).toBe(200);
    const painted = await front.send(front.post(path).set('accept', 'image/jpeg').send({ image }));
    expect(painted.status).toBe(200);
  });

  test('tenants share bucket, queues and workers, and nothing that lies there', async () => {
    const put = (holder: keyof typeof keys, body: Buffer) =>
      guarded.send(
        guarded
          .put(`${path}/first`)
          .query({ webhook: receiver.url })
          .set({ ...bearer(keys[holder]), accept: 'application/json' })
          .type('image/jpeg')
          .send(body),
      );
    const before = receiver.received.length;
    const [one, other] = await Promise.all([put('one', photo), put('other', await jpeg(40, 30))]);
    expect([one, other].map(({ body }) => [body.status, body.output.width])).toEqual([
      ['succeeded', 48],
      ['succeeded', 40],
    ]);
    expect(one.body.output.url).toContain('/tenants/jobs/one/first/output');
    expect((await fetch(one.body.output.url)).status).toBe(200);
    await expect.poll(() => receiver.received.length).toBe(before + 2);
    const { store } = guarded.services();
    for (const place of ['jobs/first/', 'tenants/jobs/one/first/', 'tenants/jobs/other/first/']) {
      expect([place, (await store.list(place, { limit: 9 })).length > 2]).toEqual([place, true]);
    }
    const removed = guarded.services().of('one').jobs.remove('first');
    await expect(removed).resolves.toBeUndefined();
    const shown = await guarded.get(`${path}/first`).set(bearer(keys.other));
    expect([shown.status, shown.body.output.width]).toEqual([200, 40]);
    expect((await state('first')).status).toBe('succeeded');
  });

  describe('a worker of its own', () => {
    const region = 'us-east-1';
    const bucketStore = s3Store({ bucket, prefix: 'own/', region, endpoint: s3Endpoint });
    const { endpoint } = dynamo;
    const records = dynamoStore({ table, region, endpoint, lifetimeSecondsOf: () => undefined });
    const blobs = place === 'a table' ? splitStore(bucketStore, records, recordKeys) : bucketStore;
    const policy = { maxReceives: ATTEMPTS, firstDelaySeconds: 0.1, maxDelaySeconds: 1 };

    async function workWith(
      store: BlobStore,
      stylizer: Stylizer,
    ): Promise<{ jobs: Jobs; announced: string[]; stop: () => Promise<void> }> {
      const place = await sqs.createQueue(ATTEMPTS);
      const options = { ...place, region: 'us-east-1', endpoint: sqs.endpoint };
      const queue = sqsQueue({ ...options, visibilitySeconds: 20 }, policy);
      const announced: string[] = [];
      const announcements = {
        ...queue,
        send: async (body: string) => void announced.push(body),
      };
      const jobs = createJobs({
        blobs: store,
        queue,
        announcements,
        ttlSeconds: 60,
        pollMs: 50,
        kinds: JOB_KINDS,
      });
      const images = { read: async () => new Uint8Array(photo) };
      const worker = createWorker({
        jobs,
        kinds: JOB_KINDS,
        tools: {
          blobs: store,
          stylizer,
          images,
          videoFiles: images,
          videos: NO_VIDEOS,
          ...noStyles(store),
        },
        lanes: lanesOf(JOB_KINDS),
      });
      const consumer = await queue.consume(worker, { concurrency: 2, onError: () => {} });
      return { jobs, announced, stop: () => consumer.stop() };
    }

    const request = (id: string): JobRequest => ({
      ...jobRequest(id),
      webhook: { url: 'http://example.com', events: ['failed', 'succeeded'] },
    });
    const patience = AbortSignal.timeout(30_000);

    test('poison ends as a failure that is told', async () => {
      let attempts = 0;
      const stylizer: Stylizer = {
        stylize: async () => {
          attempts += 1;
          throw new Error('The engine has crashed.');
        },
      };
      const { jobs, announced, stop } = await workWith(blobs, stylizer);
      const id = `poison-${crypto.randomUUID()}`;
      await jobs.submit(request(id));
      const job = await jobs.finished(id, patience);
      expect(job).toMatchObject({ status: 'failed', problem: { type: 'internal' } });
      expect(attempts).toBe(ATTEMPTS);
      expect(announced).toHaveLength(1);
      await stop();
    });

    test('a store that refuses to keep the painting leaves nothing half-done', async () => {
      const id = `refused-${crypto.randomUUID()}`;
      let refusals = 0;
      const store: BlobStore = {
        ...blobs,
        write: async (key, bytes, options) => {
          if (key.includes('output') && refusals < 1) {
            refusals += 1;
            throw new Error('SlowDown');
          }
          return blobs.write(key, bytes, options);
        },
      };
      const stylizer: Stylizer = { stylize: async () => PAINTING };
      const { jobs, announced, stop } = await workWith(store, stylizer);
      await jobs.submit(request(id));
      const job = await jobs.finished(id, patience);
      expect(job).toMatchObject({ status: 'succeeded', attempts: 2, output: { bytes: 3 } });
      expect(refusals).toBe(1);
      expect(announced).toHaveLength(1);
      await stop();
    });

    test('work that was overtaken changes nothing', async () => {
      const { jobs, stop } = await workWith(blobs, { stylize: async () => PAINTING });
      await stop();
      const id = `overtaken-${crypto.randomUUID()}`;
      await jobs.submit(request(id));
      await jobs.start(id, 'slow');
      await jobs.process(id, 'slow');
      await jobs.start(id, 'fast');
      await jobs.process(id, 'fast');
      const result = {
        output: { key: 'k', mediaType: 'image/jpeg', width: 1, height: 1, bytes: 1 },
        timingsMs: {},
      };
      expect(await jobs.succeed(id, 'slow', result)).toBe(false);
      expect(await jobs.fail(id, { type: 'internal', detail: '' }, 'slow')).toBe(false);
      expect(await jobs.succeed(id, 'fast', result)).toBe(true);
      expect(await jobs.succeed(id, 'fast', result)).toBe(false);
      expect((await jobs.read(id)).events.map(({ status }) => status)).toEqual([
        'queued',
        'starting',
        'processing',
        'starting',
        'processing',
        'succeeded',
      ]);
    });
  });
});
