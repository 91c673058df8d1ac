import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqsQueue } from '../../src/queues/sqs-queue.ts';
import { queueContract } from '../contracts/queue.ts';
import { type SqsServer, startSqs } from '../support/sqs.ts';

const policy = { maxReceives: 3, firstDelaySeconds: 0.1, maxDelaySeconds: 1 };

describe('the SQS queue', () => {
  let server: SqsServer;
  beforeAll(async () => {
    server = await startSqs();
  });
  afterAll(() => server.stop());

  const open = async (visibilitySeconds = 3) => {
    const place = await server.createQueue(policy.maxReceives);
    const { endpoint } = server;
    const options = { ...place, endpoint, region: 'us-east-1', visibilitySeconds };
    return { queue: sqsQueue(options, policy), again: async () => sqsQueue(options, policy) };
  };

  queueContract(open);

  test('a message stays hidden for as long as it is being handled', async () => {
    const { queue, again } = await open(1);
    let handled = 0;
    const handle = async () => {
      handled += 1;
      await new Promise((resolve) => setTimeout(resolve, 2500));
    };
    const options = { concurrency: 1, onError: () => {} };
    const consumers = [
      await queue.consume({ handle, giveUp: handle }, options),
      await (await again()).consume({ handle, giveUp: handle }, options),
    ];
    await queue.send('slow');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    expect(handled).toBe(1);
  });
});
