/** Requests to stores and to an identity provider are in the trace that they belong to, and nothing that opens a door with them. */

import { afterAll, expect, test } from 'vitest';
import { createTokens } from '../../src/access/tokens.ts';
import { ABSENT } from '../../src/storage/blob-store.ts';
import { dynamoStore } from '../../src/storage/dynamo-store.ts';
import { s3Store } from '../../src/storage/s3-store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { keepTraceContexts } from '../../src/telemetry/trace-context.ts';
import { exportTraces } from '../../src/telemetry/trace-export.ts';
import { inSpan } from '../../src/telemetry/tracing.ts';
import { outlineOf, startCollector } from '../support/collector.ts';
import { startDynamo } from '../support/dynamo.ts';
import { s3Endpoint, s3Missing } from '../support/installed.ts';
import { serveLocally } from '../support/receiver.ts';
import { createBucket } from '../support/s3.ts';

const region = 'us-east-1';
const bytes = Uint8Array.of(1);

const collector = await startCollector();
keepTraceContexts();
const { flush, stop } = exportTraces(`${collector.url}/v1/traces`, createLog('silent'));
const [dynamo, provider] = await Promise.all([
  startDynamo(),
  serveLocally((_, response) => response.end('{"keys":[]}')),
]);
afterAll(async () => {
  await stop();
  await Promise.all([dynamo.stop(), provider.close(), collector.close()]);
});

/** The spans of the work, when they are sent. */
async function spansOf(name: string, work: () => Promise<unknown>) {
  await inSpan(name, {}, work);
  await flush();
  const all = collector.spans();
  const root = all.find((span) => span.name === name);
  return all.filter(({ traceId }) => traceId === root?.traceId);
}

test('each request to a table is a span, and what it is asked for is not', async () => {
  const table = await dynamo.createTable();
  const store = dynamoStore({
    table,
    region,
    endpoint: dynamo.endpoint,
    lifetimeSecondsOf: () => undefined,
  });
  await store.read('jobs/unseen/job.json');
  const spans = await spansOf('table', async () => {
    await store.write('jobs/secret-id/job.json', bytes, { expected: ABSENT });
    await store.write('jobs/secret-id/job.json', bytes, { expected: ABSENT }).catch(() => {});
    await store.read('jobs/secret-id/job.json');
  });
  expect([...new Set(outlineOf(spans))]).toEqual([
    'table (internal)',
    '  DynamoDB PutItem (client)',
    '  DynamoDB GetItem (client)',
  ]);
  expect(spans.find((span) => span.name === 'DynamoDB GetItem')?.attributes).toMatchObject({
    'rpc.service': 'DynamoDB',
    'rpc.method': 'GetItem',
    'http.response.status_code': expect.anything(),
    'server.address': '127.0.0.1',
  });
  expect(spans.map(({ status }) => status.code)).not.toContain(2);
  expect(textOf(spans)).not.toContain('secret');
});

test('so is one for the keys of an identity provider, without its query', async () => {
  const tokens = createTokens({
    jwksUrl: `${provider.url}/jwks?secret=1`,
    issuer: 'https://id.example/',
    audience: 'impasto',
    algorithms: ['RS256'],
    rate: undefined,
    quota: undefined,
  });
  const header = Buffer.from('{"alg":"RS256"}').toString('base64url');
  const spans = await spansOf('token', () =>
    tokens.holder(`${header}.e30.AAAA`).catch(() => undefined),
  );
  expect(outlineOf(spans)).toEqual(['token (internal)', '  GET (client)']);
  expect(textOf(spans)).not.toContain('secret');
});

test.skipIf(s3Missing)('so is one to a bucket, and a URL that is signed is none', async () => {
  const store = s3Store({ bucket: await createBucket(), prefix: '', region, endpoint: s3Endpoint });
  const spans = await spansOf('bucket', async () => {
    await store.write('jobs/secret-id/output', bytes);
    await store.downloadUrl('jobs/secret-id/output', { ttlSeconds: 60, origin: '' });
    await store.read('jobs/secret-id/none');
  });
  expect(outlineOf(spans)).toEqual(['bucket (internal)', '  S3 PUT (client)', '  S3 GET (client)']);
  expect(textOf(spans)).not.toMatch(/secret|Signature/);
});

function textOf(spans: readonly { readonly attributes: object }[]): string {
  return JSON.stringify(spans.map(({ attributes }) => attributes));
}
