/** Several servers on one bucket and one pair of queues, as operators run them; any of them may be killed. */

import { once } from 'node:events';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { startCloud } from './cloud.ts';
import { makeFair } from './fair-sqs.ts';
import { type Started, startProcess } from './process.ts';

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
  const {
    sqs,
    bucket,
    queues: pairs,
    environment: shared,
  } = await startCloud({
    jobs: RECEIVES,
    webhooks: RECEIVES,
  });
  const environment = {
    PORT: '0',
    ...shared,
    ...options.environment,
  };
  const queues = pairs.flatMap(({ url, deadLettersUrl }) => [url, deadLettersUrl]);
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
