/** A bucket and queues for servers that share them. */

import { s3Endpoint } from './installed.ts';
import { createBucket } from './s3.ts';
import { type SqsServer, startSqs } from './sqs.ts';

export interface Cloud {
  readonly sqs: SqsServer;
  readonly bucket: string;
  /** Of jobs and of webhooks, each with its dead letters. */
  readonly queues: readonly { readonly url: string; readonly deadLettersUrl: string }[];
  /** What tells a server of all that. */
  readonly environment: Readonly<Record<string, string>>;
}

const WEBHOOK_RECEIVES = 8;

/** Needs TEST_S3_ENDPOINT. `receives` is how often a message is handed out before it is a dead letter. */
export async function startCloud(receives: {
  readonly jobs: number;
  readonly webhooks?: number;
}): Promise<Cloud> {
  const [sqs, bucket] = await Promise.all([startSqs(), createBucket()]);
  const [jobs, webhooks] = await Promise.all([
    sqs.createQueue(receives.jobs),
    sqs.createQueue(receives.webhooks ?? WEBHOOK_RECEIVES),
  ]);
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  return {
    sqs,
    bucket,
    queues: [jobs, webhooks],
    environment: {
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
      S3_BUCKET: bucket,
      S3_ENDPOINT: s3Endpoint ?? '',
      JOBS_QUEUE_URL: jobs.url,
      JOBS_DEAD_LETTERS_URL: jobs.deadLettersUrl,
      WEBHOOKS_QUEUE_URL: webhooks.url,
      WEBHOOKS_DEAD_LETTERS_URL: webhooks.deadLettersUrl,
      SQS_ENDPOINT: sqs.endpoint,
    },
  };
}
