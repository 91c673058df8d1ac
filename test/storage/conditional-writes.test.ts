/** Telling stores that refuse conflicting writes from those that do not. */

import { once } from 'node:events';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { expect, test } from 'vitest';
import { refusesConflicts } from '../../src/storage/conditional-writes.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { s3Store } from '../../src/storage/s3-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { startProcess } from '../support/process.ts';
import { temporary } from '../support/temporary.ts';

test('the file store does', async () => {
  const store = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  expect(await refusesConflicts(store)).toBe(true);
  expect(await store.list('', { limit: 10 })).toEqual([]);
});

test('an S3 server that ignores conditions is recognized, and not worked with', async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const server = await startFauxqs({ port: 0, logger: false });
  const place = { region: 'us-east-1', endpoint: `http://127.0.0.1:${server.port}` };
  const client = new S3Client({ ...place, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'careless' }));
  const store = s3Store({ ...place, bucket: 'careless', prefix: '' });
  expect(await refusesConflicts(store)).toBe(false);
  const started = startProcess({
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    S3_BUCKET: 'careless',
    S3_ENDPOINT: place.endpoint,
    JOBS_QUEUE_URL: `${place.endpoint}/0/jobs`,
    WEBHOOKS_QUEUE_URL: `${place.endpoint}/0/webhooks`,
  });
  const [code] = await once(started.process, 'close');
  expect([code, started.output()]).toEqual([
    1,
    expect.stringContaining('S3_ENDPOINT: Expected a server with conditional writes'),
  ]);
  client.destroy();
  await server.stop();
});
