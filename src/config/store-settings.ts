/** Settings of where things are kept, and what is to be done. */

import { z } from 'zod';
import { bucketName, httpAddress, keyPrefix, tableName, whole } from './kinds.ts';

export const STORE_SETTINGS = {
  DATA_DIR: z
    .string()
    .default('data')
    .describe('Folder for jobs and their pictures, where there is no S3 bucket.'),
  S3_BUCKET: bucketName.default('').describe('Bucket for jobs and their pictures.'),
  S3_PREFIX: keyPrefix.default('').describe('Put before every key in the bucket.'),
  S3_ENDPOINT: httpAddress.default('').describe("Another S3 server than Amazon's."),
  S3_PUBLIC_ENDPOINT: httpAddress
    .default('')
    .describe('How callers reach that server, where it is not by S3_ENDPOINT; in signed URLs.'),
  DYNAMODB_TABLE: tableName
    .default('')
    .describe(
      'Table for records of jobs, batches and deliveries; they lie beside the pictures where empty. See [deploy.md](deploy.md#records-in-dynamodb).',
    ),
  DYNAMODB_ENDPOINT: httpAddress.default('').describe("Another server than Amazon's."),
  AWS_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: 'Expected the name of a region' })
    .default('us-east-1')
    .describe('Region of bucket, table and queues.'),
  JOBS_QUEUE_URL: httpAddress
    .default('')
    .describe('SQS queue of jobs; needs S3_BUCKET. In this process where empty.'),
  JOBS_DEAD_LETTERS_URL: httpAddress.default('').describe('Where its redrive policy leads.'),
  WEBHOOKS_QUEUE_URL: httpAddress.default('').describe('SQS queue of webhook deliveries.'),
  WEBHOOKS_DEAD_LETTERS_URL: httpAddress.default('').describe('Where its redrive policy leads.'),
  SQS_ENDPOINT: httpAddress.default('').describe("Another server than Amazon's."),
  SQS_VISIBILITY_SECONDS: whole(1)
    .max(43_200)
    .default(60)
    .describe('Until another process takes up what one that has died was at.'),
};
