/** Several servers on one bucket and one pair of queues, as operators run them; any of them may be killed. */

import { once } from 'node:events';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { makeFair } from './fair-sqs.ts';
import { s3Endpoint } from './installed.ts';
import { type Started, startProcess } from './process.ts';
import { createBucket } from './s3.ts';
import { startSqs } from './sqs.ts';

export interface ClusterOptions {
  readonly servers: number;
  /** Beside what says where bucket and queues are. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Cluster {
  readonly bucket: string;
  /** Of any server that is there. */
  url(): string;
  /** SIGKILL for any server, and another one in its place. */
  kill(): Promise<void>;
  /** Messages that are waiting, delayed or being handled; dead letters included. */
  messages(): Promise<number>;
  stop(): Promise<void>;
}

const RECEIVES = 20;
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
] as const;

/** Needs TEST_S3_ENDPOINT. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const [sqs, bucket] = await Promise.all([startSqs(), createBucket()]);
  const [jobs, webhooks] = await Promise.all([
    sqs.createQueue(RECEIVES),
    sqs.createQueue(RECEIVES),
  ]);
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  const environment = {
    PORT: '0',
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    S3_BUCKET: bucket,
    S3_ENDPOINT: s3Endpoint ?? '',
    JOBS_QUEUE_URL: jobs.url,
    JOBS_DEAD_LETTERS_URL: jobs.deadLettersUrl,
    WEBHOOKS_QUEUE_URL: webhooks.url,
    WEBHOOKS_DEAD_LETTERS_URL: webhooks.deadLettersUrl,
    SQS_ENDPOINT: sqs.endpoint,
    ...options.environment,
  };
  const queues = [jobs, webhooks].flatMap(({ url, deadLettersUrl }) => [url, deadLettersUrl]);
  for (const url of queues) makeFair(url);
  const start = async (): Promise<Server> => {
    const started = startProcess(environment);
    return { started, url: await started.url() };
  };
  const servers = await Promise.all(Array.from({ length: options.servers }, start));
  return {
    bucket,
    url: () => anyOf(servers).url,
    async kill() {
      const victim = anyOf(servers);
      await end(victim.started);
      servers.splice(servers.indexOf(victim), 1, await start());
    },
    async messages() {
      const counts = await Promise.all(
        queues.map(async (QueueUrl) => {
          const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] });
          const { Attributes = {} } = await sqs.client.send(asked);
          return COUNTS.reduce((sum, name) => sum + Number(Attributes[name]), 0);
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      await Promise.all(servers.map(({ started }) => end(started)));
      await sqs.stop();
    },
  };
}

interface Server {
  readonly started: Started;
  readonly url: string;
}

function anyOf<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new RangeError('Expected at least one server.');
  return item;
}

async function end({ process: server }: Started): Promise<void> {
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}
