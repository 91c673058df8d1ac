/** The packaged functions, run as processes by the Runtime API, over S3 and SQS. */

import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outlineOf, startCollector } from '../support/collector.ts';
import { STYLE_COUNT } from '../support/folders.ts';
import { s3Endpoint, s3Missing } from '../support/installed.ts';
import { httpEvent, type LambdaFunction, sqsEvent, startFunction } from '../support/lambda.ts';
import { jpeg, pixelsOf } from '../support/pictures.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { createBucket } from '../support/s3.ts';
import { startSqs } from '../support/sqs.ts';

const path = '/v1/stylizations';
const photo = await jpeg();

describe('on Lambda', async () => {
  if (s3Missing !== undefined) return test.skip(s3Missing, () => {});
  const [sqs, bucket] = await Promise.all([startSqs(), createBucket()]);
  const [jobs, webhooks] = await Promise.all([sqs.createQueue(3), sqs.createQueue(8)]);
  const { AWS_ACCESS_KEY_ID: key = '', AWS_SECRET_ACCESS_KEY: secret = '' } = process.env;
  const collector = await startCollector();
  const environment = {
    METRICS_NAMESPACE: 'Impasto',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    // What is not sent before an answer would not be in time.
    OTEL_BSP_SCHEDULE_DELAY: '3600000',
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: 'us-east-1',
    S3_BUCKET: bucket,
    S3_ENDPOINT: s3Endpoint!,
    JOBS_QUEUE_URL: jobs.url,
    WEBHOOKS_QUEUE_URL: webhooks.url,
    SQS_ENDPOINT: sqs.endpoint,
    FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
    ACCESS: 'open',
  };
  const functions: LambdaFunction[] = [];
  const start = async (handler: string): Promise<LambdaFunction> => {
    const started = await startFunction(handler, environment);
    functions.push(started);
    return started;
  };
  let receiver: Receiver;
  let api: LambdaFunction;

  beforeAll(async () => {
    receiver = await startReceiver();
    api = await start('api.handler');
  });
  afterAll(async () => {
    for (const { stop } of functions) stop();
    await receiver.close();
    await collector.close();
    await sqs.stop();
  });

  const call = async (method: string, where: string, options = {}) => {
    const { kind, body } = await api.invoke(httpEvent(method, where, options));
    expect(kind).toBe('response');
    const answer = JSON.parse(body.toString());
    const bytes = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
    return { status: answer.statusCode, headers: answer.headers, bytes };
  };
  const eventsOf = (answer: { body: string }) => Buffer.from(answer.body, 'base64').toString();
  const image = { 'content-type': 'image/jpeg' };

  /** What the queue's event source mapping would hand to the function. */
  const nextEvent = async (url: string) => {
    const request = { QueueUrl: url, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.client.send(new ReceiveMessageCommand(request));
    return sqsEvent(
      ...Messages.map(({ Body = '', ReceiptHandle = '' }) => ({
        body: Body,
        receiptHandle: ReceiptHandle,
      })),
    );
  };

  test('API Gateway: a photograph comes back as a painting, problems as problems', async () => {
    const painted = await call('POST', path, { headers: image, body: photo, query: 'style=udnie' });
    expect([painted.status, painted.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(await pixelsOf(painted.bytes)).toMatchObject({ width: 48, height: 36 });
    const wrong = await call('POST', path, { headers: image, body: photo, query: 'strength=7' });
    expect([wrong.status, JSON.parse(wrong.bytes.toString()).errors[0].pointer]).toEqual([
      422,
      '/strength',
    ]);
    const styles = await call('GET', '/v1/styles');
    expect(JSON.parse(styles.bytes.toString()).styles).toHaveLength(STYLE_COUNT);
  });

  test('API Gateway: an answer that is too large waits in the bucket', async () => {
    const large = await jpeg(2300, 1700);
    const query = 'format=png';
    const answer = await call('POST', path, { headers: image, body: large, query });
    expect(answer.status).toBe(303);
    const painting = Buffer.from(await (await fetch(answer.headers.location)).arrayBuffer());
    expect(painting.byteLength).toBeGreaterThan(4_400_000);
    expect(await pixelsOf(painting)).toMatchObject({ width: 2300, height: 1700 });
  }, 120_000);

  test('a function URL streams', async () => {
    const streaming = await start('api.stream');
    const { headers, body } = await streaming.invoke(
      httpEvent('POST', path, { headers: image, body: photo }),
    );
    expect(headers['lambda-runtime-function-response-mode']).toBe('streaming');
    const end = body.indexOf(Buffer.alloc(8));
    const metadata = JSON.parse(body.subarray(0, end).toString());
    expect([metadata.statusCode, metadata.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(await pixelsOf(body.subarray(end + 8))).toMatchObject({ width: 48, height: 36 });
    expect(collector.spans().at(-1)?.name).toBe(`POST ${path}`);
  });

  test.each(['api.handler', 'api.stream'])(
    '%s: the events of a job that goes on end before the function does',
    async (handler) => {
      const id = `long-${handler.replace('.', '-')}`;
      const headers = { ...image, prefer: 'respond-async' };
      expect((await call('PUT', `${path}/${id}`, { headers, body: photo })).status).toBe(202);
      await nextEvent(jobs.url);
      const answering = await start(handler);
      const event = httpEvent('GET', `${path}/${id}/events`);
      const { kind, body } = await answering.invoke(event, 6000);
      expect(kind).toBe('response');
      const text = body.toString();
      const events = text.startsWith('{"body"') ? eventsOf(JSON.parse(text)) : text;
      expect(events).toMatch(/event: queued\ndata: \{.*\}\nid: 1\n/);
    },
  );

  test('a job goes from queue to queue, to the bucket and to its webhook', async () => {
    const accepted = await call('PUT', `${path}/on-lambda`, {
      headers: { ...image, prefer: 'respond-async' },
      query: `webhook=${encodeURIComponent(receiver.url)}`,
      body: photo,
    });
    expect(accepted.status).toBe(202);
    const worker = await start('worker.handler');
    const done = await worker.invoke(await nextEvent(jobs.url));
    expect(JSON.parse(done.body.toString())).toEqual({ batchItemFailures: [] });
    expect(worker.output()).toMatch(/"Namespace":"Impasto".*"impasto_jobs_total":1/);
    const delivery = await start('webhooks.handler');
    const told = await delivery.invoke(await nextEvent(webhooks.url));
    expect(JSON.parse(told.body.toString())).toEqual({ batchItemFailures: [] });
    const { type, data } = JSON.parse(receiver.received[0]!.body);
    expect([type, data.status]).toEqual(['stylization.succeeded', 'succeeded']);
    expect(delivery.output()).toMatch(/"Namespace":"Impasto".*"impasto_webhook_attempts_total":1/);
    expect((await fetch(data.output.url)).status).toBe(200);

    const spans = collector.spans();
    const { traceId } = spans.find(({ name }) => name === 'POST') ?? {};
    const outline = outlineOf(spans.filter((span) => span.traceId === traceId));
    expect(outline.filter((line) => !/\(internal\)$|^ *S3 /.test(line))).toEqual([
      'PUT /v1/stylizations/{id} (server)',
      '  send jobs (producer)',
      '    process jobs (consumer)',
      '      send webhooks (producer)',
      '        process webhooks (consumer)',
      '          POST (client)',
    ]);
  });

  test('of several messages only those that failed come again', async () => {
    await call('PUT', `${path}/good`, {
      headers: { ...image, prefer: 'respond-async' },
      body: photo,
    });
    const event = await nextEvent(jobs.url);
    const bad = sqsEvent({ body: 'not a message', receiptHandle: 'none' }).Records[0]!;
    event.Records.push({ ...bad, messageId: 'the-bad-one' });
    const answer = await functions.at(-2)!.invoke(event);
    expect(JSON.parse(answer.body.toString())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'the-bad-one' }],
    });
    const job = await call('GET', `${path}/good`);
    expect(JSON.parse(job.bytes.toString()).status).toBe('succeeded');
  });

  test('a function that has no time left gives its job back', async () => {
    await call('PUT', `${path}/late`, {
      headers: { ...image, prefer: 'respond-async' },
      body: await jpeg(1600, 1200),
    });
    const event = await nextEvent(jobs.url);
    const answer = await functions.at(-2)!.invoke(event, 5300);
    const { batchItemFailures } = JSON.parse(answer.body.toString());
    expect(batchItemFailures).toEqual([{ itemIdentifier: event.Records[0]!.messageId }]);
    const dead = await start('dead-letters.jobLetters');
    await dead.invoke(event);
    const job = JSON.parse((await call('GET', `${path}/late`)).bytes.toString());
    expect([job.status, job.error.type]).toEqual(['failed', 'internal']);
  });
});
