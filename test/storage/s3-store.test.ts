/** The S3 store against a real S3 server: TEST_S3_ENDPOINT, as test/support/radosgw.sh starts one. */

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { s3Store } from '../../src/storage/s3-store.ts';
import { blobStoreContract } from '../contracts/blob-store.ts';
import { s3Endpoint, s3Missing } from '../support/installed.ts';

describe.skipIf(s3Missing !== undefined)('the S3 store', () => {
  const bucket = `impasto-${crypto.randomUUID()}`;
  const options = { bucket, prefix: 'some/prefix/', region: 'us-east-1', endpoint: s3Endpoint };

  beforeAll(async () => {
    const client = new S3Client({
      region: 'us-east-1',
      endpoint: s3Endpoint!,
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });

  blobStoreContract(async () => ({ store: s3Store(options), origin: 'unused' }));

  test('a form takes a file of the size and type that were agreed on, and nothing else', async () => {
    const store = s3Store(options);
    const upload = { origin: '', ttlSeconds: 60, mediaType: 'image/png', bytes: 4 };
    const { form } = await store.upload('form/upload', upload);
    const send = (content: string, changes: Record<string, string> = {}) => {
      const data = new FormData();
      for (const [name, value] of Object.entries({ ...form!.fields, ...changes })) {
        data.append(name, value);
      }
      data.append('file', new Blob([content]));
      return fetch(form!.url, { method: 'POST', body: data });
    };
    const tooLong = await send('12345');
    expect([tooLong.status, await tooLong.text()]).toEqual([
      400,
      expect.stringContaining('EntityTooLarge'),
    ]);
    expect((await send('1234', { 'Content-Type': 'text/html' })).status).toBe(403);
    expect((await send('1234')).status).toBe(204);
    expect((await store.read('form/upload'))?.bytes.byteLength).toBe(4);
  });

  test('presigned uploads carry no checksum of a body that is not there yet', async () => {
    const upload = { origin: '', ttlSeconds: 60, mediaType: 'image/png', bytes: 4 };
    const { put } = await s3Store(options).upload('x', upload);
    expect(put.url).not.toMatch(/checksum/i);
  });

  test('URLs are signed for the address that callers use', async () => {
    const publicEndpoint = 'https://pictures.example';
    const upload = { origin: '', ttlSeconds: 60, mediaType: 'image/png', bytes: 4 };
    const store = s3Store({ ...options, publicEndpoint });
    await store.write('inside', new Uint8Array(1));
    const { put, form } = await store.upload('x', upload);
    for (const url of [await store.downloadUrl('inside', upload), put.url, form?.url]) {
      expect(url).toMatch(`${publicEndpoint}/${bucket}`);
    }
  });

  test('a bucket that is not there is an error and not an empty answer', async () => {
    const nowhere = s3Store({ ...options, bucket: 'no-such-bucket' });
    await expect(nowhere.write('a', new Uint8Array())).rejects.toThrow();
    await expect(nowhere.read('a')).rejects.toThrow();
  });
});
