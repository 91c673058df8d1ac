/** Traces, as a collector gets them from the program: whole, without what nobody may see, and in nobody's way. */

import { once } from 'node:events';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { paintingPath } from '../../src/http/painting-url.ts';
import {
  type CollectedSpan,
  type Collector,
  ERROR_STATUS,
  outlineOf,
  startCollector,
} from '../support/collector.ts';
import { jpeg } from '../support/pictures.ts';
import { type Started, startProcess } from '../support/process.ts';
import { type Receiver, serveLocally, startReceiver } from '../support/receiver.ts';

const KEY = '1f'.repeat(32);
const SALT = '3d'.repeat(32);
const TRACE = 'a'.repeat(31).concat('1');
const PARENT = 'b'.repeat(15).concat('2');

const environment = {
  PORT: '0',
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  WEBHOOK_FIRST_DELAY_SECONDS: '0.05',
  SIGNED_URL_KEYS: KEY,
  SIGNED_URL_SALTS: SALT,
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
};

const running: Started[] = [];
const start = async (settings: Record<string, string>) => {
  const started = startProcess({ ...environment, ...settings });
  running.push(started);
  return { ...started, url: await started.url() };
};

const photo = await jpeg();
const askedFor: Record<string, string | string[] | undefined>[] = [];
let photographs: Awaited<ReturnType<typeof serveLocally>>;
beforeAll(async () => {
  photographs = await serveLocally(({ url = '', headers }, response) => {
    askedFor.push(headers);
    if (url.startsWith('/moved')) response.writeHead(302, { location: '/photo.jpg' }).end();
    else response.writeHead(url.startsWith('/photo.jpg') ? 200 : 404).end(photo);
  });
});
afterAll(() => photographs.close());
afterEach(() => {
  for (const { process } of running.splice(0)) process.kill('SIGKILL');
});

const linesOf = ({ output }: Pick<Started, 'output'>): Record<string, unknown>[] =>
  output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const spanNamed = (spans: readonly CollectedSpan[], name: string) =>
  spans.find((span) => span.name === name);

describe('with a collector', () => {
  let collector: Collector;
  let receiver: Receiver;
  beforeAll(async () => {
    collector = await startCollector();
    receiver = await startReceiver();
  });
  afterAll(() => Promise.all([collector.close(), receiver.close()]));
  const startTraced = () => start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });

  test('a job with a webhook is one trace, from the request to the answer of its receiver', async () => {
    const server = await startTraced();
    await request(server.url)
      .put('/v1/stylizations/traced')
      .query({ webhook: `${receiver.url}/hook-for-me?token=in-a-query` })
      .set({ prefer: 'respond-async', traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=b' })
      .send({ image: `${photographs.url}/moved?signature=of-a-photograph` })
      .expect(202);
    await expect.poll(() => receiver.received.length).toBe(1);
    server.process.kill('SIGTERM');
    await once(server.process, 'exit');

    const spans = collector.spans().filter(({ traceId }) => traceId === TRACE);
    expect(spans).toHaveLength(collector.spans().length);
    expect(outlineOf(spans)).toEqual([
      'PUT /v1/stylizations/{id} (server)',
      '  send jobs (producer)',
      '    process jobs (consumer)',
      '      fetch (internal)',
      '        GET (client)',
      '        GET (client)',
      '      header (internal)',
      '      queue (internal)',
      '      decode (internal)',
      '      resize (internal)',
      '      inference (internal)',
      '      resize (internal)',
      '      encode (internal)',
      '      store (internal)',
      '      send webhooks (producer)',
      '        process webhooks (consumer)',
      '          POST (client)',
    ]);
    expect(spans.filter(({ status }) => status.code === ERROR_STATUS)).toEqual([]);
    expect(spanNamed(spans, 'PUT /v1/stylizations/{id}')).toMatchObject({
      parentSpanId: PARENT,
      attributes: {
        'http.request.method': 'PUT',
        'http.route': '/v1/stylizations/{id}',
        'http.response.status_code': 202,
        'url.path': '/v1/stylizations/traced',
        'url.scheme': 'http',
      },
    });
    expect(collector.resources()[0]).toMatchObject({
      'service.name': 'impasto',
      'deployment.environment.name': 'test',
    });

    const [{ headers }] = receiver.received as [Receiver['received'][0]];
    const post = spanNamed(spans, 'POST');
    expect(headers).toMatchObject({
      traceparent: `00-${TRACE}-${post?.spanId}-01`,
      tracestate: 'a=b',
    });
    expect(askedFor).toHaveLength(2);
    for (const asked of askedFor) expect(asked).not.toHaveProperty('traceparent');

    const told = linesOf(server).filter(({ trace_id: id }) => id === TRACE);
    expect(told.map(({ msg }) => msg)).toEqual(['request', 'a job has succeeded']);
    expect(told.map(({ span_id: id }) => id)).toEqual(
      ['PUT /v1/stylizations/{id}', 'process jobs'].map((name) => spanNamed(spans, name)?.spanId),
    );
    for (const secret of ['token', 'hook-for-me', 'in-a-query', 'of-a-photograph']) {
      expect(collector.bodies.join()).not.toContain(secret);
    }
  });

  test('requests tell what became of them, and nothing that opens a door', async () => {
    const server = await startTraced();
    const before = collector.spans().length;
    const key = { key: Buffer.from(KEY, 'hex'), salt: Buffer.from(SALT, 'hex') };
    const path = paintingPath({ options: [], source: `${photographs.url}/none.jpg` }, key);
    const signature = path.split('/')[3]!;
    await request(server.url).get(path).expect(422);
    await request(server.url).get(`/${path}`).expect(404);
    await request(server.url).get('/v1/blobs/a?expires=1&signature=signed').expect(403);
    await request(server.url)
      .get('/v1/styles?key=sent-by-mistake')
      .set({ authorization: 'Bearer imp_secret_key', traceparent: `00-${TRACE}-zz-01` });
    await request(server.url).get('/health/ready');
    server.process.kill('SIGTERM');
    await once(server.process, 'exit');

    const spans = collector.spans().slice(before);
    const served = spans.filter(({ kind }) => kind === 2);
    expect(served.map(({ name }) => name)).toEqual([
      'GET /v1/paintings/{signature}/{settings}/{source}',
      'GET',
      'GET /v1/blobs/{key}',
      'GET /v1/styles',
    ]);
    expect(served.map(({ attributes }) => attributes['url.path'])).toEqual([
      '/v1/paintings/{signature}/{settings}/{source}',
      undefined,
      '/v1/blobs/{key}',
      '/v1/styles',
    ]);
    expect(new Set(served.map(({ traceId }) => traceId)).size).toBe(served.length);
    expect(served.map(({ traceId }) => traceId)).not.toContain(TRACE);
    expect(spanNamed(spans, 'fetch')).toMatchObject({
      attributes: { 'error.type': 'source-failed' },
      status: { code: ERROR_STATUS },
    });
    expect(served[0]?.attributes).toMatchObject({ 'impasto.problem': 'source-failed' });
    const sent = collector.bodies.join();
    for (const secret of [signature, 'signed', 'sent-by-mistake', 'imp_secret_key', KEY]) {
      expect(sent).not.toContain(secret);
    }
  });

  test.each([{ OTEL_SDK_DISABLED: 'TRUE' }, { OTEL_TRACES_EXPORTER: 'none' }])(
    '%j sends it nothing',
    async (setting) => {
      const before = collector.bodies.length;
      const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...setting });
      await request(server.url).get('/v1/styles').expect(200);
      server.process.kill('SIGTERM');
      await once(server.process, 'exit');
      expect(collector.bodies).toHaveLength(before);
    },
  );
});

test('a collector that is not there is told of once, and holds nobody up', async () => {
  const gone = await startCollector();
  await gone.close();
  const server = await start({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${gone.url}/v1/traces`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '100',
  });
  const warnings = () => linesOf(server).filter(({ level }) => level === 40);
  await request(server.url).get('/v1/styles').expect(200);
  await expect.poll(warnings).toHaveLength(1);
  await request(server.url).get('/v1/styles').expect(200);
  server.process.kill('SIGTERM');
  expect((await once(server.process, 'exit'))[0]).toBe(0);
  expect(warnings()).toEqual([
    expect.objectContaining({ msg: expect.stringContaining('traces cannot be sent') }),
  ]);
});

test('without a collector, log lines and webhooks still tell the trace of whoever asked', async () => {
  const receiver = await startReceiver();
  const server = await start({});
  const traceparent = `00-${TRACE}-${PARENT}-01`;
  await request(server.url)
    .post('/v1/stylizations')
    .query({ webhook: receiver.url })
    .set({ prefer: 'respond-async', traceparent })
    .type('image/jpeg')
    .send(photo)
    .expect(202);
  await expect.poll(() => receiver.received.length).toBe(1);
  await request(server.url).get('/v1/styles').set('traceparent', 'none').expect(200);
  await receiver.close();
  const traces = () => linesOf(server).map(({ msg, trace_id: id }) => [msg, id]);
  await expect.poll(traces).toContainEqual(['request', undefined]);
  expect(traces()).toContainEqual(['request', TRACE]);
  expect(traces()).toContainEqual(['a job has succeeded', TRACE]);
  expect(receiver.received[0]?.headers['traceparent']).toBe(traceparent);
});
