/** A bucket of its own on the S3 server of the tests. */

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Endpoint } from './installed.ts';

export async function createBucket(): Promise<string> {
  const Bucket = `impasto-${crypto.randomUUID()}`;
  const client = new S3Client({
    region: 'us-east-1',
    forcePathStyle: true,
    ...(s3Endpoint && { endpoint: s3Endpoint }),
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
  return Bucket;
}
