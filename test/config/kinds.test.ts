/** Settings that cannot be right stop the start; those that can are taken as they are meant. */

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, ConfigError, loadConfig } from '../../src/config/config.ts';
import { s3Endpoint, s3Missing } from '../support/installed.ts';
import { startProcess } from '../support/process.ts';
import { createBucket } from '../support/s3.ts';
import { type SqsServer, startSqs } from '../support/sqs.ts';

const defaults = { cores: 2, memoryBytes: 8 * 2 ** 30, modelsDir: '/models', distDir: '/dist' };
const load = (environment: Record<string, string>) => loadConfig(environment, defaults);

const QUEUES = {
  JOBS_QUEUE_URL: 'https://sqs.example/jobs',
  WEBHOOKS_QUEUE_URL: 'https://sqs.example/webhooks',
};

const WRONG: Readonly<Record<string, readonly string[]>> = {
  FETCH_PRIVATE_ADDRESSES: [
    'localhost',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0.0/',
    '10.0.0',
    '1.2.3.4 5.6.7.8',
    '10.0.0.0/8/8',
    '127.0.0.1,*',
  ],
  FETCH_HOSTS: [
    'https://cdn.example',
    'cdn.example/',
    'cdn.example:8080',
    '*.',
    '*,cdn.example',
    'cdn.*',
    'a@cdn.example',
    'two words',
    '*.*.example',
    'http://',
  ],
  CORS_ORIGINS: [
    'shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    '*,https://shop.example',
    'none,https://a.example',
    'javascript:x',
  ],
  PUBLIC_URL: [
    'javascript:alert(1)',
    'paint.example',
    'ftp://paint.example',
    'https://a:b@paint.example',
    'https://paint.example/?a=b',
    'https://paint.example/#a',
    'file:///etc',
  ],
  S3_ENDPOINT: ['localhost:9000', 's3://bucket'],
  S3_PUBLIC_ENDPOINT: ['javascript:x'],
  SQS_ENDPOINT: ['queue:9324'],
  JOBS_QUEUE_URL: ['arn:aws:sqs:eu-west-1:000000000000:jobs', 'jobs'],
  JOBS_DEAD_LETTERS_URL: ['dead'],
  WEBHOOKS_QUEUE_URL: ['webhooks'],
  WEBHOOKS_DEAD_LETTERS_URL: ['dead'],
  S3_BUCKET: ['s3://pictures', 'pictures/', 'a'],
  S3_PREFIX: ['/impasto/', 'a b'],
  AWS_REGION: ['Ireland', 'eu west'],
  SIGNING_SECRET: ['a', 'fifteen letters'],
  SIGNED_URL_KEYS: ['secret', '0'.repeat(31), `${'0'.repeat(33)}`, `${'0'.repeat(32)},00`],
  SIGNED_URL_SALTS: ['salt'],
  SIGNED_SOURCES: ['cdn.example', 'ftp://cdn.example/', 'https://cdn.example/?a', '*'],
  CALLER_HEADER: ['x real ip', 'x:y'],
  PRECISION: ['int4'],
  LOG_LEVEL: ['loud'],
  PORT: ['70000', 'http'],
  REQUEST_TIMEOUT_MS: ['0', '3000000000', '30s'],
  WORK: ['perhaps'],
};

describe('a setting that cannot be right', () => {
  test.each(
    Object.entries(WRONG).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const),
    ),
  )('%s=%s', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(ConfigError);
    expect(() => load({ [name]: value })).toThrow(new RegExp(`\\n  ${name}: .*, got `));
  });

  test.each(['SIGNING_SECRET', 'SIGNED_URL_KEYS', 'SIGNED_URL_SALTS'])(
    '%s is not repeated in the message',
    (name) => {
      expect(() => load({ [name]: 'hush' })).toThrow(
        new RegExp(`${name}: .*, got something else$`),
      );
    },
  );

  test.each([
    ['WEBHOOK_SECRET', 'WEBHOOK_SECRETS'],
    ['SIGNING_SECRETS', 'SIGNING_SECRET'],
    ['FETCH_HOST', 'FETCH_HOSTS'],
    ['OUTPUT_TTL', 'OUTPUT_TTL_SECONDS'],
    ['REQUEST_TIMEOUT', 'REQUEST_TIMEOUT_MS'],
    ['MAX_PIXLES', 'MAX_PIXELS'],
    ['MAX_BODY_BITES', 'MAX_BODY_BYTES'],
    ['JOB_QUEUE_URL', 'JOBS_QUEUE_URL'],
  ])('%s is no name, %s was meant', (given, meant) => {
    expect(() => load({ [given]: '1' })).toThrow(`${given}: Expected ${meant}`);
  });

  test.each([
    [
      { JOBS_QUEUE_URL: QUEUES.JOBS_QUEUE_URL },
      'JOBS_QUEUE_URL: Expected S3_BUCKET and WEBHOOKS_QUEUE_URL',
    ],
    [{ S3_BUCKET: 'pictures' }, 'S3_BUCKET: Expected JOBS_QUEUE_URL and WEBHOOKS_QUEUE_URL'],
    [{ WEBHOOKS_QUEUE_URL: QUEUES.WEBHOOKS_QUEUE_URL }, 'JOBS_QUEUE_URL: Expected a queue of jobs'],
    [
      { S3_BUCKET: 'pictures', ...QUEUES, WEBHOOKS_QUEUE_URL: QUEUES.JOBS_QUEUE_URL },
      'JOBS_QUEUE_URL: Expected another queue',
    ],
    [{ WORK: 'false' }, 'WORK: Expected S3_BUCKET'],
    [{ SIGNED_URL_KEYS: '0'.repeat(32) }, 'SIGNED_URL_SALTS: Expected as many'],
  ])('beside another one: %j', (environment, message) => {
    expect(() => load(environment)).toThrow(message);
  });
});

describe('a setting that can be right', () => {
  test.each<[Record<string, string>, Partial<Config>]>([
    [
      { FETCH_PRIVATE_ADDRESSES: '127.0.0.1, ::1,10.0.0.0/8,fd00::/8' },
      { FETCH_PRIVATE_ADDRESSES: '127.0.0.1,::1,10.0.0.0/8,fd00::/8' },
    ],
    [
      { FETCH_HOSTS: 'CDN.example, *.Shop.example,bücher.example,127.0.0.1,[::1]' },
      { FETCH_HOSTS: 'cdn.example,*.shop.example,xn--bcher-kva.example,127.0.0.1,[::1]' },
    ],
    [{ FETCH_HOSTS: '*' }, { FETCH_HOSTS: '*' }],
    [
      { CORS_ORIGINS: 'https://shop.example, http://localhost:3000,null' },
      { CORS_ORIGINS: 'https://shop.example,http://localhost:3000,null' },
    ],
    [{ CORS_ORIGINS: 'none' }, { CORS_ORIGINS: 'none' }],
    [{ PUBLIC_URL: 'https://paint.example/api/' }, { PUBLIC_URL: 'https://paint.example/api' }],
    [{ SIGNING_SECRET: 'sixteen letters.' }, { SIGNING_SECRET: 'sixteen letters.' }],
    [
      { SIGNED_SOURCES: 'https://CDN.example, http://127.0.0.1:9000/photos/' },
      { SIGNED_SOURCES: 'https://cdn.example/,http://127.0.0.1:9000/photos/' },
    ],
    [{ S3_BUCKET: 'pictures', S3_PREFIX: 'impasto/', ...QUEUES, WORK: 'false' }, { WORK: false }],
  ])('%j', (environment, expected) => {
    expect(load(environment)).toMatchObject(expected);
  });

  test.each([
    'HOSTNAME',
    'PORTS',
    'WORKER',
    'AWS_PROFILE',
    'DATA',
    'MODEL_DIRECTORY',
    'S3_PORT',
    'JOB_ID',
    'LOGLEVEL',
  ])("%s is somebody else's", (name) => {
    expect(() => load({ [name]: 'x' })).not.toThrow();
  });
});

describe.skipIf(s3Missing !== undefined)('a place that is not there stops the start', () => {
  let server: SqsServer;
  let right: Record<string, string>;
  beforeAll(async () => {
    server = await startSqs();
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
    right = {
      PORT: '0',
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
      S3_BUCKET: await createBucket(),
      S3_ENDPOINT: s3Endpoint ?? '',
      SQS_ENDPOINT: server.endpoint,
      JOBS_QUEUE_URL: (await server.createQueue(5)).url,
      WEBHOOKS_QUEUE_URL: (await server.createQueue(5)).url,
    };
  });
  afterAll(() => server.stop());

  test.each([
    ['S3_BUCKET', () => 'no-such-bucket'],
    ['JOBS_QUEUE_URL', () => `${server.endpoint}/000000000000/none`],
    ['WEBHOOKS_QUEUE_URL', () => `${server.endpoint}/000000000000/none`],
    ['JOBS_DEAD_LETTERS_URL', () => `${server.endpoint}/000000000000/none`],
  ])('%s', async (name, wrong) => {
    const started = startProcess({ ...right, [name]: wrong() });
    const [code] = await once(started.process, 'close');
    expect([code, started.output()]).toEqual([
      1,
      expect.stringContaining(name.replace('DEAD_LETTERS', 'QUEUE')),
    ]);
    expect(started.output()).not.toMatch(/^\s+at /m);
  });

  test('where all are there, it starts', async () => {
    const started = startProcess(right);
    expect((await fetch(await started.url())).status).toBeLessThan(500);
    started.process.kill('SIGKILL');
  });
});
